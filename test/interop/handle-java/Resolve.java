import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.handle.hdllib.*;

/**
 * Asks a node with the official client library. Arguments: address, port of TCP and UDP, port of HTTP, prefix, then names.
 * Writes one line for each answer: how it was asked, the name, the response code, and what the values say.
 */
public class Resolve {
  static final int THREADS = 20;
  static final int EACH = 100;

  public static void main(String[] args) throws Exception {
    InetAddress address = InetAddress.getByName(args[0]);
    int port = Integer.parseInt(args[1]);
    int web = Integer.parseInt(args[2]);
    String prefix = args[3];
    List<String> names = new ArrayList<>(List.of(args)).subList(4, args.length);
    HandleResolver resolver = open();
    for (String name : names) {
      tell("udp", name, resolver.sendHdlUdpRequest(ask(name), address, port, null));
      tell("tcp", name, resolver.sendHdlTcpRequest(ask(name), address, port, null));
      tell("http", name, resolver.sendHttpRequest(ask(name), address, web, null));
      ResolutionRequest digested = ask(name);
      digested.returnRequestDigest = true;
      tell("digest", name, resolver.sendHdlTcpRequest(digested, address, port, null));
    }
    byte[][] many = new byte[200][];
    for (int i = 0; i < many.length; i++) many[i] = Util.encodeString("TYPE-" + i);
    ResolutionRequest wide = new ResolutionRequest(Util.encodeString(names.get(0)), many, new int[] {1}, null);
    tell("wide", names.get(0), resolver.sendHdlUdpRequest(wide, address, port, null));

    GenericRequest about = new GenericRequest(Common.BLANK_HANDLE, AbstractMessage.OC_GET_SITE_INFO, null);
    SiteInfo site = ((GetSiteInfoResponse) resolver.sendHdlTcpRequest(about, address, port, null)).siteInfo;
    System.out.println("site " + site.servers[0].interfaces.length + " " + site.servers[0].getPublicKey().getAlgorithm());
    resolver.getConfiguration().setLocalSites("0.NA/" + prefix, new SiteInfo[] {site});
    for (String name : names) {
      ResolutionRequest signed = ask(name);
      signed.certify = true;
      AbstractResponse answer = resolver.sendRequestToServer(signed, site, site.servers[0]);
      tell("signed", name, answer);
      System.out.println("signature " + answer.verifyMessage(site.servers[0].getPublicKey()));
    }
    HandleValue[] found = resolver.resolveHandle(names.get(0), null, null);
    System.out.println("service " + found.length);
    System.out.println("load " + load(site, names.get(0)));
  }

  static HandleResolver open() {
    HandleResolver resolver = new HandleResolver();
    resolver.getConfiguration().setAutoUpdateRootInfo(false);
    resolver.setCache(null);
    resolver.setCertifiedCache(null);
    resolver.setTcpTimeout(20000);
    return resolver;
  }

  static ResolutionRequest ask(String name) {
    return new ResolutionRequest(Util.encodeString(name), null, null, null);
  }

  static void tell(String how, String name, AbstractResponse answer) throws Exception {
    StringBuilder line = new StringBuilder(how + " " + name + " " + answer.responseCode);
    if (answer instanceof ResolutionResponse) {
      for (HandleValue it : ((ResolutionResponse) answer).getHandleValues()) {
        line.append(" ").append(it.getIndex()).append(":").append(it.getTypeAsString()).append("=").append(it.getDataAsString().length());
      }
    }
    if (answer instanceof ServiceReferralResponse) {
      ServiceReferralResponse referral = (ServiceReferralResponse) answer;
      line.append(" ").append(Util.decodeString(referral.handle));
    }
    System.out.println(line);
  }

  /** Failures among all that so many threads ask. */
  static int load(SiteInfo site, String name) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<Integer>> parts = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Callable<Integer> part = () -> {
        HandleResolver own = open();
        int failed = 0;
        for (int n = 0; n < EACH; n++) {
          AbstractResponse answer = own.sendRequestToServer(ask(name), site, site.servers[0]);
          if (answer.responseCode != AbstractMessage.RC_SUCCESS) failed++;
        }
        return failed;
      };
      parts.add(threads.submit(part));
    }
    int failed = 0;
    for (Future<Integer> it : parts) failed += it.get();
    threads.shutdown();
    return failed;
  }
}
