import cn.teleinfo.idpointer.sdk.client.*;
import cn.teleinfo.idpointer.sdk.core.*;
import cn.teleinfo.idpointer.sdk.exception.IDException;
import java.net.InetSocketAddress;
import java.nio.file.*;
import java.security.*;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/**
 * A client of industrial identifiers signs in on its connection and creates, changes, resolves and deletes an identifier.
 * Arguments: port, prefix, index of the key, EC or RSA or SECRET, file of the key. A line for each step: its name, response code.
 */
public class Idis {
  interface Step { void run() throws Exception; }

  public static void main(String[] args) throws Exception {
    Security.addProvider(new org.bouncycastle.jce.provider.BouncyCastleProvider());
    byte[] of = Util.encodeString("0.NA/" + args[1]);
    AuthenticationInfo who = key(of, Integer.parseInt(args[2]), args[3], Path.of(args[4]));
    InetSocketAddress at = new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0]));
    IDClient client = new SampleIdClient(at, 20, 4, who, false);
    String name = args[1] + "/" + args[3];
    HandleValue[] email = { new HandleValue(2, "EMAIL", "a@a.example") };
    step("create", () -> client.createHandle(name, new HandleValue[] { new HandleValue(1, "URL", "https://a.example/") }));
    step("create", () -> client.createHandle(name, email));
    step("add", () -> client.addHandleValues(name, email));
    step("update", () -> client.updateHandleValues(name, email));
    step("resolve", () -> { if (client.resolveHandle(name).length != 2) throw new IllegalStateException("values"); });
    step("remove", () -> client.deleteHandleValues(name, new int[] { 2 }));
    step("delete", () -> client.deleteHandle(name));
    step("resolve", () -> client.resolveHandle(name));
    client.close();
    System.exit(0);
  }

  static AuthenticationInfo key(byte[] of, int index, String kind, Path file) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    if (kind.equals("SECRET")) return new SecretKeyAuthenticationInfo(of, index, bytes);
    byte[] der = Base64.getMimeDecoder().decode(new String(bytes).replaceAll("-----[A-Z ]+-----", ""));
    PrivateKey key = KeyFactory.getInstance(kind, "BC").generatePrivate(new PKCS8EncodedKeySpec(der));
    return new PublicKeyAuthenticationInfo(of, index, key);
  }

  static void step(String name, Step it) {
    try {
      it.run();
      System.out.println("step " + name + " 1");
    } catch (IDException e) {
      boolean isAnswered = e.getResponse() instanceof AbstractMessage;
      System.out.println("step " + name + " " + (isAnswered ? ((AbstractMessage) e.getResponse()).responseCode : e));
    } catch (Exception e) {
      System.out.println("step " + name + " " + e);
    }
  }
}
