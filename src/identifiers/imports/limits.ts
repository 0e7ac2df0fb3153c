/** Limits of imports and exports; each is told to the caller it stops. */

/** One line, one CSV record or one JSON text, in bytes of the file and without its line end. */
export const LINE_BYTES_MAX = 1_048_576
/** Columns of a table. */
export const COLUMNS_MAX = 1000
/** Bytes looked at before the form of a file (encoding, delimiter, line ends) is decided. */
export const HEAD_BYTES = 65_536
/** An XLSX file as it is sent. */
export const XLSX_BYTES_MAX = 536_870_912
/** All that is unpacked of an XLSX file, and how much larger than its packed form one part may be. */
export const XLSX_UNPACKED_BYTES_MAX = 8_589_934_592
export const XLSX_RATIO_MAX = 250
/** Parts of an XLSX file; a workbook of a thousand sheets has some three thousand. */
export const XLSX_PARTS_MAX = 10_000
/** Texts that cells of a workbook share, in characters and in number. */
export const XLSX_SHARED_CHARS_MAX = 67_108_864
export const XLSX_SHARED_TEXTS_MAX = 2_000_000
/** One cell; Excel's own limit is 32,767. */
export const XLSX_CELL_CHARS_MAX = 131_072
/**
 * Lines and input bytes that are registered in one commit at most. Larger batches save little and outlive the young
 * generation, where they cost the collector more than a write to the disk costs.
 */
export const BATCH_LINES_MAX = 4_096
export const BATCH_BYTES_MAX = 16_777_216
/** A line waits at most this long for company before it is committed. */
export const BATCH_DELAY_MS_MAX = 500
/** Bytes of an upload that may lie between the connection and the reader. */
export const UPLOAD_AHEAD_BYTES_MAX = 4_194_304
/** Outcomes kept in memory for a client that does not read; the rest waits in a file. */
export const OUTCOMES_AHEAD_BYTES_MAX = 4_194_304
/** Errors shown with the job itself; all of them are in its result. */
export const FIRST_ERRORS_MAX = 100
export const IMPORTS_RUNNING_MAX = 2
/** Prefixes one file may register in. */
export const PREFIXES_MAX = 10_000
/** Records that a dry run remembers, to find identifiers and unique values that come again in the file. */
export const REHEARSED_RECORDS_MAX = 100_000
/** Rows of a file that are shown before it is imported. */
export const HEAD_ROWS_MAX = 20
/** Bytes that are sent to be looked at before an import; a workbook is looked at whole. */
export const PREVIEW_BYTES_MAX = 33_554_432
export const PREVIEWS_RUNNING_MAX = 2
