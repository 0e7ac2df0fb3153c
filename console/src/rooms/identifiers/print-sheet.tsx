import { useEffect } from 'react'
import { createPortal } from 'react-dom'
import { type Label, LabelPicture } from './label-picture.tsx'
import type { Placed, Sheet } from './label-sheet.ts'

type PrintSheetProps = {
  readonly sheet: Sheet
  readonly pages: readonly (readonly Placed<Label>[])[]
  readonly outline: boolean
  readonly onDone: () => void
}

/** The sheets for the browser's own printing: nothing on the screen, nothing else on paper. */
export function PrintSheet({ sheet, pages, outline, onDone }: PrintSheetProps) {
  useEffect(() => {
    addEventListener('afterprint', onDone, { once: true })
    const frame = requestAnimationFrame(() => print())
    return () => {
      cancelAnimationFrame(frame)
      removeEventListener('afterprint', onDone)
    }
  }, [onDone])
  const { paper, label } = sheet
  const border = outline ? '0.1mm solid #bbb' : 'none'
  return createPortal(
    <div className="label-print">
      <style>{styleFor(paper)}</style>
      {pages.map((page, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a page is its place
        <div key={at} className="label-page">
          {page.map(({ item, x, y }) => (
            <div
              key={`${x} ${y}`}
              style={{ position: 'absolute', left: `${x}mm`, top: `${y}mm`, outline: border }}
            >
              <LabelPicture label={item} size={label} />
            </div>
          ))}
        </div>
      ))}
    </div>,
    document.body,
  )
}

function styleFor({ width, height }: Sheet['paper']): string {
  return `
.label-print { display: none; }
@page { size: ${width}mm ${height}mm; margin: 0; }
@media print {
  body > :not(.label-print) { display: none !important; }
  .label-print { display: block; }
  .label-page { position: relative; inline-size: ${width}mm; block-size: ${height}mm; break-after: page; overflow: hidden; }
}`
}
