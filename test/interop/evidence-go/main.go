// Checks a Waymark evidence log with software that shares nothing with it: golang.org/x/mod/sumdb (note, tlog).
//
//	evidence-go audit KEY LOG [PROOFS] [ENTRY]   LOG is a folder or a URL; PROOFS and ENTRY are JSON files
//	evidence-go vectors rfc6962|notes            writes spec/evidence/….json
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	entryBytes = 65
)

func main() {
	err := fmt.Errorf("usage: evidence-go audit KEY LOG [PROOFS] [ENTRY] | vectors rfc6962|notes")
	switch {
	case len(os.Args) == 3 && os.Args[1] == "vectors" && os.Args[2] == "rfc6962":
		err = vectors(os.Stdout)
	case len(os.Args) == 3 && os.Args[1] == "vectors" && os.Args[2] == "notes":
		err = noteVectors(os.Stdout)
	case len(os.Args) >= 4 && os.Args[1] == "audit":
		err = audit(os.Args[2], published(os.Args[3]), os.Args[4:])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// published reads a file of the log, by its path below the log's address.
func published(root string) func(path string) ([]byte, error) {
	if !strings.HasPrefix(root, "http") {
		return func(path string) ([]byte, error) { return os.ReadFile(filepath.Join(root, path)) }
	}
	return func(path string) ([]byte, error) {
		reply, err := http.Get(strings.TrimSuffix(root, "/") + "/" + path)
		if err != nil {
			return nil, err
		}
		defer reply.Body.Close()
		if reply.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("%s: %s", path, reply.Status)
		}
		return io.ReadAll(reply.Body)
	}
}

func audit(key string, read func(string) ([]byte, error), files []string) error {
	tree, err := signedTree(key, read)
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tree, &tiles{read})
	if err := auditEntries(tree, reader, read); err != nil {
		return err
	}
	if len(files) > 0 {
		if err := checkProofs(tree, reader, files[0]); err != nil {
			return err
		}
	}
	if len(files) > 1 {
		if err := checkOpening(files[1], read); err != nil {
			return err
		}
	}
	fmt.Printf("verified %d entries\n", tree.N)
	return nil
}

func signedTree(key string, read func(string) ([]byte, error)) (tree tlog.Tree, err error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tree, err
	}
	signed, err := read("checkpoint")
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tree, fmt.Errorf("not a checkpoint of %s", verifier.Name())
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// tiles hands the log's tiles to tlog, which checks them against the signed tree.
type tiles struct{ read func(string) ([]byte, error) }

func (t *tiles) Height() int { return tileHeight }

func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(wanted))
	for i, tile := range wanted {
		// C2SP tlog-tiles leaves the height out of the path.
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight), "tile/", 1)
		bytes, err := t.read(path)
		if err != nil {
			return nil, err
		}
		found[i] = bytes
	}
	return found, nil
}

// auditEntries compares every entry with its authenticated leaf hash, and the chain of entries.
func auditEntries(tree tlog.Tree, reader tlog.HashReader, read func(string) ([]byte, error)) error {
	previous := make([]byte, sha256.Size)
	for start := int64(0); start < tree.N; start += tileWidth {
		width := bundleWidth(start, tree.N)
		indexes := make([]int64, width)
		for i := range indexes {
			indexes[i] = tlog.StoredHashIndex(0, start+int64(i))
		}
		hashes, err := reader.ReadHashes(indexes)
		if err != nil {
			return err
		}
		bundle, err := read(bundlePath(start/tileWidth, width))
		if err != nil {
			return err
		}
		for i, hash := range hashes {
			entry, rest, err := nextEntry(bundle)
			if err != nil {
				return fmt.Errorf("entry %d: %w", start+int64(i), err)
			}
			bundle = rest
			if tlog.RecordHash(entry) != hash {
				return fmt.Errorf("entry %d is not the leaf of the tree", start+int64(i))
			}
			if len(entry) != entryBytes || entry[0] != 1 || !bytes.Equal(entry[1:33], previous) {
				return fmt.Errorf("entry %d does not follow the one before", start+int64(i))
			}
			sum := sha256.Sum256(entry)
			previous = sum[:]
		}
		if len(bundle) > 0 {
			return fmt.Errorf("%d bytes too many after entry %d", len(bundle), start+width)
		}
	}
	return nil
}

func bundleWidth(start, size int64) int64 {
	if size-start < tileWidth {
		return size - start
	}
	return tileWidth
}

func bundlePath(n, width int64) string {
	tile := tlog.Tile{H: tileHeight, L: 0, N: n, W: int(width)}
	return strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/0/", tileHeight), "tile/entries/", 1)
}

func nextEntry(bundle []byte) (entry, rest []byte, err error) {
	if len(bundle) < 2 {
		return nil, nil, io.ErrUnexpectedEOF
	}
	length := int(binary.BigEndian.Uint16(bundle))
	if len(bundle) < 2+length {
		return nil, nil, io.ErrUnexpectedEOF
	}
	return bundle[2 : 2+length], bundle[2+length:], nil
}

type proofsFile struct {
	Inclusion []struct {
		Index int64       `json:"index"`
		Size  int64       `json:"size"`
		Proof []tlog.Hash `json:"proof"`
	} `json:"inclusion"`
	Consistency []struct {
		From  int64       `json:"from"`
		To    int64       `json:"to"`
		Proof []tlog.Hash `json:"proof"`
	} `json:"consistency"`
}

// checkProofs checks proofs the log made, against roots tlog computes from authenticated tiles.
func checkProofs(tree tlog.Tree, reader tlog.HashReader, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var proofs proofsFile
	if err := json.Unmarshal(text, &proofs); err != nil {
		return err
	}
	for _, it := range proofs.Inclusion {
		root, err := tlog.TreeHash(it.Size, reader)
		if err != nil {
			return err
		}
		leaf, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, it.Index)})
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(it.Proof, it.Size, root, it.Index, leaf[0]); err != nil {
			return fmt.Errorf("inclusion of %d in %d: %w", it.Index, it.Size, err)
		}
	}
	for _, it := range proofs.Consistency {
		from, err := tlog.TreeHash(it.From, reader)
		if err != nil {
			return err
		}
		to, err := tlog.TreeHash(it.To, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(it.Proof, it.To, to, it.From, from); err != nil {
			return fmt.Errorf("consistency of %d and %d: %w", it.From, it.To, err)
		}
	}
	fmt.Printf("checked %d inclusion and %d consistency proofs\n", len(proofs.Inclusion), len(proofs.Consistency))
	return nil
}

// checkOpening digests an opening as docs/guide/evidence.md says. It is no full RFC 8785: members with ASCII names and whole
// numbers are all it needs.
func checkOpening(file string, read func(string) ([]byte, error)) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var reply struct {
		Index  int64           `json:"index"`
		Size   int64           `json:"size"`
		Opened json.RawMessage `json:"opened"`
	}
	if err := json.Unmarshal(text, &reply); err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(reply.Opened))
	decoder.UseNumber()
	var opening map[string]any
	if err := decoder.Decode(&opening); err != nil {
		return err
	}
	var canonical bytes.Buffer
	encoder := json.NewEncoder(&canonical)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(opening); err != nil {
		return err
	}
	digest := sha256.Sum256(bytes.TrimSuffix(canonical.Bytes(), []byte("\n")))
	start := reply.Index / tileWidth * tileWidth
	bundle, err := read(bundlePath(start/tileWidth, bundleWidth(start, reply.Size)))
	if err != nil {
		return err
	}
	for i := start; i <= reply.Index; i++ {
		entry, rest, err := nextEntry(bundle)
		if err != nil {
			return err
		}
		bundle = rest
		if i == reply.Index && !bytes.Equal(entry[33:], digest[:]) {
			return fmt.Errorf("the opening does not open entry %d", i)
		}
	}
	fmt.Printf("opened entry %d\n", reply.Index)
	return nil
}

// vectors writes roots and proofs for trees over the eight leaves that the reference implementations of RFC 6962 are tested
// with, and for one larger tree.
func vectors(out io.Writer) error {
	published := [][]byte{
		{}, {0x00}, {0x10}, {0x20, 0x21}, {0x30, 0x31}, {0x40, 0x41, 0x42, 0x43},
		[]byte("PQRSTUVW"), []byte("`abcdefghijklmno"),
	}
	many := make([][]byte, 1100)
	for i := range many {
		many[i] = binary.BigEndian.AppendUint32(nil, uint32(i))
	}
	small, err := treeVectors(published, func(int64) bool { return true })
	if err != nil {
		return err
	}
	large, err := treeVectors(many, func(size int64) bool {
		return size == 255 || size == 256 || size == 257 || size == 777 || size == 1024 || size == 1100
	})
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	return encoder.Encode(map[string]any{
		"source": "golang.org/x/mod v0.17.0 (sumdb/tlog); made by test/interop/evidence-go, `go run . vectors rfc6962`",
		"note":   "small: leaves as listed, roots as published with the certificate-transparency reference code; large: leaf i is i as a big-endian uint32",
		"small":  small,
		"large":  large,
	})
}

// noteVectors writes notes signed by keys that grow from fixed seeds, so that the file is the same every time.
func noteVectors(out io.Writer) error {
	type noteVector struct {
		Seed        string `json:"seed"`
		Name        string `json:"name"`
		VerifierKey string `json:"verifierKey"`
		Text        string `json:"text"`
		Note        string `json:"note"`
	}
	texts := []string{
		"node.example/evidence\n20852163\n/F5WdMpTVylVRbJaDYiXmmpJFxo8JWXrIuheVowsBX4=\n",
		"标识节点\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
		"a text\n\nwith an empty line\n",
	}
	names := []string{"node.example/evidence", "标识节点", "b"}
	var made []noteVector
	for i, text := range texts {
		seed := bytes.Repeat([]byte{byte(i + 1)}, 32)
		skey, vkey, err := note.GenerateKey(bytes.NewReader(seed), names[i])
		if err != nil {
			return err
		}
		signer, err := note.NewSigner(skey)
		if err != nil {
			return err
		}
		signed, err := note.Sign(&note.Note{Text: text}, signer)
		if err != nil {
			return err
		}
		made = append(made, noteVector{fmt.Sprintf("%x", seed), names[i], vkey, text, string(signed)})
	}
	return json.NewEncoder(out).Encode(map[string]any{
		"source": "golang.org/x/mod v0.17.0 (sumdb/note); made by test/interop/evidence-go, `go run . vectors notes`",
		"notes":  made,
	})
}

type inclusionVector struct {
	Index int64    `json:"index"`
	Size  int64    `json:"size"`
	Proof []string `json:"proof"`
}

type consistencyVector struct {
	From  int64    `json:"from"`
	To    int64    `json:"to"`
	Proof []string `json:"proof"`
}

type treeVector struct {
	Leaves      []string            `json:"leaves,omitempty"`
	Count       int                 `json:"count"`
	Roots       map[int64]string    `json:"roots"`
	Inclusion   []inclusionVector   `json:"inclusion"`
	Consistency []consistencyVector `json:"consistency"`
}

func treeVectors(leaves [][]byte, wanted func(size int64) bool) (*treeVector, error) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			found[i] = stored[index]
		}
		return found, nil
	})
	made := &treeVector{Count: len(leaves), Roots: map[int64]string{}}
	if len(leaves) <= 8 {
		for _, leaf := range leaves {
			made.Leaves = append(made.Leaves, fmt.Sprintf("%x", leaf))
		}
	}
	var sizes []int64
	for i, leaf := range leaves {
		hashes, err := tlog.StoredHashes(int64(i), leaf, reader)
		if err != nil {
			return nil, err
		}
		stored = append(stored, hashes...)
		if size := int64(i + 1); wanted(size) {
			sizes = append(sizes, size)
		}
	}
	for _, size := range sizes {
		root, err := tlog.TreeHash(size, reader)
		if err != nil {
			return nil, err
		}
		made.Roots[size] = fmt.Sprintf("%x", root[:])
		for index := int64(0); index < size; index += 1 + size/7 {
			proof, err := tlog.ProveRecord(size, index, reader)
			if err != nil {
				return nil, err
			}
			made.Inclusion = append(made.Inclusion, inclusionVector{index, size, encoded(proof)})
		}
		for _, from := range sizes {
			if from > size {
				break
			}
			proof, err := tlog.ProveTree(size, from, reader)
			if err != nil {
				return nil, err
			}
			made.Consistency = append(made.Consistency, consistencyVector{from, size, encoded(proof)})
		}
	}
	return made, nil
}

func encoded(hashes []tlog.Hash) []string {
	texts := make([]string, len(hashes))
	for i, hash := range hashes {
		texts[i] = base64.StdEncoding.EncodeToString(hash[:])
	}
	return texts
}
