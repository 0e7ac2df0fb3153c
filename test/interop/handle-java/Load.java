import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.handle.hdllib.*;

/**
 * Loads servers with the official client, as it is. Arguments: threads, file of names, prefix, secret of `300:0.NA/PREFIX`. Takes
 * orders on standard input, `how port web count tag`, and says a line of each: answers that were right, milliseconds.
 */
public class Load {
  static final InetAddress HERE = InetAddress.getLoopbackAddress();
  static int threads;
  static List<String> names;
  static byte[] authority;
  static String prefix;
  static String secret;
  static final AtomicInteger next = new AtomicInteger();

  interface Asking { AbstractResponse ask(int i) throws Exception; }

  public static void main(String[] args) throws Exception {
    threads = Integer.parseInt(args[0]);
    names = Files.readAllLines(Path.of(args[1]));
    prefix = args[2];
    authority = Util.encodeString("0.NA/" + prefix);
    secret = args[3];
    BufferedReader orders = new BufferedReader(new InputStreamReader(System.in));
    System.out.println("ready");
    for (String line = orders.readLine(); line != null; line = orders.readLine()) {
      String[] order = line.split(" ");
      int count = Integer.parseInt(order[3]);
      Asking asking = asking(order[0], Integer.parseInt(order[1]), Integer.parseInt(order[2]), order[4]);
      long from = System.nanoTime();
      int right = run(asking, count);
      System.out.println(right + " " + (System.nanoTime() - from) / 1e6);
    }
    System.exit(0);
  }

  static Asking asking(String how, int port, int web, String tag) throws Exception {
    HandleResolver resolver = Resolve.open();
    switch (how) {
      case "udp": return i -> resolver.sendHdlUdpRequest(question(), HERE, port, null);
      case "tcp": return i -> resolver.sendHdlTcpRequest(question(), HERE, port, null);
      case "http": return i -> resolver.sendHttpRequest(question(), HERE, web, null);
    }
    if (how.equals("challenged")) resolver.setSessionTracker(null);
    GenericRequest about = new GenericRequest(Common.BLANK_HANDLE, AbstractMessage.OC_GET_SITE_INFO, null);
    SiteInfo site = ((GetSiteInfoResponse) resolver.sendHdlTcpRequest(about, HERE, port, null)).siteInfo;
    ServerInfo server = site.servers[0];
    // One way for both servers, whatever else they offer.
    server.interfaces = new Interface[] {new Interface(Interface.ST_ADMIN_AND_QUERY, Interface.SP_HDL_TCP, port)};
    AuthenticationInfo key = new SecretKeyAuthenticationInfo(authority, 300, Util.encodeString(secret));
    return i -> {
      AdminRecord admin = new AdminRecord(authority, 300, true, true, true, true, true, true, true, true, true, true, true, true);
      HandleValue[] values = {
        Administer.value(1, "URL", Util.encodeString("https://a.example/" + i)),
        Administer.value(100, "HS_ADMIN", Encoder.encodeAdminRecord(admin)),
      };
      byte[] name = Util.encodeString(prefix + "/" + tag + "-" + i);
      return resolver.sendRequestToServer(new CreateHandleRequest(name, values, key), site, server);
    };
  }

  /** Each name in its turn, over all orders. */
  static ResolutionRequest question() {
    return Resolve.ask(names.get(Math.floorMod(next.getAndIncrement(), names.size())));
  }

  static int run(Asking asking, int count) throws Exception {
    AtomicInteger at = new AtomicInteger();
    AtomicInteger right = new AtomicInteger();
    Thread[] all = new Thread[threads];
    for (int t = 0; t < threads; t++) {
      all[t] = new Thread(() -> {
        for (int i = at.getAndIncrement(); i < count; i = at.getAndIncrement()) {
          try {
            AbstractResponse answer = asking.ask(i);
            if (answer.responseCode == AbstractMessage.RC_SUCCESS) right.incrementAndGet();
            else System.err.println(answer);
          } catch (Exception e) {
            System.err.println(e);
          }
        }
      });
      all[t].start();
    }
    for (Thread it : all) it.join();
    return right.get();
  }
}
