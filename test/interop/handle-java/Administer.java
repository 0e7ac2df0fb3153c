import java.net.InetAddress;
import net.handle.hdllib.*;

/**
 * Creates, changes, lists and deletes a handle with a secret key: once with a challenge for each request, once as the client
 * does it untouched, in a session of Diffie-Hellman. Arguments: port, prefix, index of the key, secret. A line for each
 * answer: how, operation, response code.
 */
public class Administer {
  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[0]);
    byte[] of = Util.encodeString("0.NA/" + args[1]);
    int index = Integer.parseInt(args[2]);
    AuthenticationInfo key = new SecretKeyAuthenticationInfo(of, index, Util.encodeString(args[3]));
    for (String how : new String[] {"challenged", "session"}) {
      HandleResolver resolver = Resolve.open();
      if (how.equals("challenged")) resolver.setSessionTracker(null);
      GenericRequest about = new GenericRequest(Common.BLANK_HANDLE, AbstractMessage.OC_GET_SITE_INFO, null);
      InetAddress address = InetAddress.getByName("127.0.0.1");
      SiteInfo site = ((GetSiteInfoResponse) resolver.sendHdlTcpRequest(about, address, port, null)).siteInfo;
      resolver.getConfiguration().setLocalSites("0.NA/" + args[1], new SiteInfo[] {site});
      byte[] name = Util.encodeString(args[1] + "/" + how);
      for (AbstractRequest it : requests(name, of, index, key)) {
        ResponseMessageCallback part = it instanceof ListHandlesRequest ? message -> {} : null;
        AbstractResponse answer = resolver.sendRequestToServer(it, site, site.servers[0], part);
        System.out.println(how + " " + it.opCode + " " + answer.responseCode);
      }
    }
    System.exit(0);
  }

  static AbstractRequest[] requests(byte[] name, byte[] of, int index, AuthenticationInfo key) throws Exception {
    AdminRecord admin = new AdminRecord(of, index, true, true, true, true, true, true, true, true, true, true, true, true);
    HandleValue[] values = {
      value(1, "URL", Util.encodeString("https://j.example/")),
      value(100, "HS_ADMIN", Encoder.encodeAdminRecord(admin)),
    };
    return new AbstractRequest[] {
      new CreateHandleRequest(name, values, key),
      new CreateHandleRequest(name, values, key),
      new AddValueRequest(name, value(2, "EMAIL", Util.encodeString("a@b")), key),
      new ModifyValueRequest(name, value(1, "URL", Util.encodeString("https://k.example/")), key),
      new RemoveValueRequest(name, 2, key),
      new ListHandlesRequest(of, key),
      new DeleteHandleRequest(name, key),
    };
  }

  static HandleValue value(int index, String type, byte[] data) {
    return new HandleValue(index, Util.encodeString(type), data);
  }
}
