import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.cnri.util.StreamTable;
import net.handle.hdllib.*;
import net.handle.server.HandleStorageFactory;

/**
 * Puts records into the storage of a server that does not run. Arguments: its folder, prefixes it answers for. On standard
 * input one record a line, in the JSON form of its API.
 */
public class Fill {
  public static void main(String[] args) throws Exception {
    File folder = new File(args[0]);
    StreamTable config = new StreamTable();
    config.readFromFile(new File(folder, "config.dct"));
    StreamTable server = (StreamTable) config.get("server_config");
    server.put("bdbje_no_sync_on_write", "yes");
    HandleStorage storage = HandleStorageFactory.getStorage(folder, server, true, false);
    for (String prefix : List.of(args).subList(1, args.length)) {
      storage.setHaveNA(Util.upperCase(Util.encodeString("0.NA/" + prefix)), true);
    }
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      HandleRecord it = GsonUtility.getGson().fromJson(line, HandleRecord.class);
      // Looked up by the folded name, and found only where it was stored by it.
      byte[] name = Util.upperCase(Util.encodeString(it.getHandle()));
      storage.createHandle(name, it.getValues().toArray(new HandleValue[0]));
    }
    storage.shutdown();
  }
}
