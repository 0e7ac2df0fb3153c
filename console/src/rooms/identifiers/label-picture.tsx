import { type LabelSize, partsOf } from './label-sheet.ts'
import type { GrayPicture } from './label-text.ts'
import { darkPath, type Modules } from './qr.tsx'
import { useTexts } from './texts.ts'

export type Label = {
  readonly handle: string
  readonly modules: Modules | undefined
  readonly words: GrayPicture
}

type PictureProps = {
  readonly label: Label
  readonly size: LabelSize
  /** Pixels a millimetre; without it the picture has its true size. */
  readonly scalePx?: number
}

/** One label as it will be printed. */
export function LabelPicture({ label, size, scalePx }: PictureProps) {
  const t = useTexts()
  const { code, text } = partsOf(size)
  const scale = label.modules === undefined ? 0 : code.size / label.modules.length
  const unit = (mm: number) => (scalePx === undefined ? `${mm}mm` : `${mm * scalePx}px`)
  return (
    <svg
      role="img"
      aria-label={t('labelOf', { handle: label.handle })}
      viewBox={`0 0 ${size.width} ${size.height}`}
      style={{
        inlineSize: unit(size.width),
        blockSize: scalePx === undefined ? unit(size.height) : 'auto',
        maxInlineSize: '100%',
        display: 'block',
        background: '#fff',
      }}
    >
      {label.modules !== undefined && (
        <path
          fill="#000"
          shapeRendering="crispEdges"
          transform={`translate(${code.x} ${code.y}) scale(${scale})`}
          d={darkPath(label.modules)}
        />
      )}
      <image
        href={label.words.href}
        x={text.x}
        y={text.y}
        width={text.width}
        height={text.height}
        preserveAspectRatio="none"
      />
    </svg>
  )
}
