import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Json, paths } from '../../api/client.ts'
import { fetchSignedIn } from '../../api/client.ts'
import { asProblem, problemOf } from '../../api/problem.ts'
import type { Format } from './uploads.ts'

export type Preview = Json<paths['/api/v1/imports/preview']['post']['responses']['200']>

/** As much of a table or of JSON lines as is looked at; a workbook has to be whole. */
const HEAD_BYTES = 262_144
export const WORKBOOK_BYTES_MAX = 33_554_432

export type PreviewWish = {
  readonly file: File
  readonly format: Format
  readonly prefix: string
  readonly template: string | undefined
  readonly sheet: string
  readonly map: Readonly<Record<string, string>>
}

export function hasPreview(file: File, format: Format): boolean {
  return format !== 'xlsx' || file.size <= WORKBOOK_BYTES_MAX
}

/** The first rows as an import would take them; judged anew when a column is to be something else. */
export function usePreview(wish: PreviewWish | undefined) {
  const { file, format, prefix, template, sheet, map } = wish ?? {}
  return useQuery({
    queryKey: [
      ...['imports', 'preview', file?.name, file?.size, file?.lastModified, format],
      ...[prefix, template, sheet, map],
    ],
    enabled: wish !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
    queryFn: ({ signal }) => read(wish as PreviewWish, signal),
  })
}

async function read(wish: PreviewWish, signal: AbortSignal): Promise<Preview> {
  const { file, format, prefix, template, sheet, map } = wish
  const isPartial = format !== 'xlsx' && file.size > HEAD_BYTES
  const query = new URLSearchParams({ prefix, format, partial: String(isPartial) })
  if (template !== undefined) query.set('template', template)
  if (sheet !== '') query.set('sheet', sheet)
  for (const [column, field] of Object.entries(map)) query.append('map', `${column}=${field}`)
  try {
    const reply = await fetchSignedIn(
      new Request(`/api/v1/imports/preview?${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream', accept: 'application/json' },
        body: isPartial ? file.slice(0, HEAD_BYTES) : file,
        signal,
      }),
    )
    const body: unknown = await reply.json().catch(() => undefined)
    if (!reply.ok) throw problemOf(reply.status, body)
    return body as Preview
  } catch (error) {
    throw asProblem(error)
  }
}
