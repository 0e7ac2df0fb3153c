export const PICTURE_BYTES_MAX = 20_000_000
/** Large enough for a code in a corner, small enough for a phone. */
const SIDES_PX = [1000, 2000, 500] as const

/** Barcode Detection API (WICG); phones have it, desktops mostly do not. */
type Detector = { detect(source: CanvasImageSource): Promise<readonly { rawValue: string }[]> }
type Detecting = { BarcodeDetector?: new (options: { formats: string[] }) => Detector }

let detector: Detector | undefined

/** What the code in a picture says; undefined where there is none. @throws where it is no picture */
export async function readPicture(file: Blob): Promise<string | undefined> {
  const url = URL.createObjectURL(file)
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    for (const side of SIDES_PX) {
      const canvas = drawn(image, image.naturalWidth || side, image.naturalHeight || side, side)
      const text = await readCanvas(canvas)
      if (text !== undefined) return text
    }
    return undefined
  } finally {
    URL.revokeObjectURL(url)
  }
}

/** The same for what the camera sees now. */
export async function readVideo(video: HTMLVideoElement): Promise<string | undefined> {
  const { videoWidth, videoHeight } = video
  if (videoWidth === 0) return undefined
  return await readCanvas(drawn(video, videoWidth, videoHeight, SIDES_PX[0]))
}

function drawn(source: CanvasImageSource, width: number, height: number, side: number) {
  const scale = Math.min(side / Math.max(width, height), 4)
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(width * scale))
  canvas.height = Math.max(1, Math.round(height * scale))
  const context = contextOf(canvas)
  // what is transparent in a picture is paper
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(source, 0, 0, canvas.width, canvas.height)
  return canvas
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('this browser draws no canvas')
  return context
}

async function readCanvas(canvas: HTMLCanvasElement): Promise<string | undefined> {
  const { BarcodeDetector } = globalThis as unknown as Detecting
  if (BarcodeDetector !== undefined) {
    detector ??= new BarcodeDetector({ formats: ['qr_code'] })
    const found = await detector.detect(canvas).catch(() => [])
    const text = found[0]?.rawValue
    if (text !== undefined && text !== '') return text
  }
  const { default: jsQr } = await import('jsqr')
  const { data, width, height } = contextOf(canvas).getImageData(0, 0, canvas.width, canvas.height)
  const text = jsQr(data, width, height)?.data
  return text === '' ? undefined : text
}
