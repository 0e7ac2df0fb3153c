import { encode } from 'uqr'

const QUIET_MODULES = 4
const SIZE_PX = 200

/** A QR code, drawn as one path; dark on light in either theme, as cameras want it. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_MODULES })
  const path = data
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('')
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      width={SIZE_PX}
      height={SIZE_PX}
      shapeRendering="crispEdges"
      style={{ background: '#fff', maxInlineSize: '100%' }}
    >
      <path d={path} fill="#000" />
    </svg>
  )
}
