import './resolve.css'
import { PictureOutlined, ScanOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Input } from 'antd'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Nothing } from '../../ui/states.tsx'
import { ExplanationView } from './explanation.tsx'
import { PICTURE_BYTES_MAX, readPicture } from './read-code.ts'
import { readInput } from './read-input.ts'
import { useTexts } from './texts.ts'

const Camera = lazy(async () => ({ default: (await import('./camera.tsx')).Camera }))
const SEARCH = ['id', 'from'] as const
const INPUT_CHARS_MAX = 8192

type Wrong = 'nothingTyped' | 'noIdentifier' | 'noImage' | 'noCode' | 'pictureTooLarge'

export function Page() {
  const t = useTexts()
  const [{ id, from }, setSearch] = useSearchState(SEARCH)
  const [wrong, setWrong] = useState<Wrong>()
  const ask = (text: string) => {
    const read = readInput(text, location.host)
    setWrong(
      read.kind === 'empty' ? 'nothingTyped' : read.kind === 'none' ? 'noIdentifier' : undefined,
    )
    if (read.kind === 'handle') setSearch({ id: read.handle, from: read.host }, true)
  }
  return (
    <PageFrame title={t('title')} lead={t('lead')}>
      <Box id={id} onAsk={ask} onWrong={setWrong} />
      <div aria-live="polite">
        {wrong !== undefined && (
          <Alert type="error" showIcon title={t(wrong)} style={{ marginBlockEnd: 16 }} />
        )}
        {wrong === undefined && from !== undefined && (
          <Alert
            type="info"
            showIcon
            title={<bdi>{t('fromElsewhere', { host: from })}</bdi>}
            style={{ marginBlockEnd: 16 }}
          />
        )}
      </div>
      {id === undefined ? (
        <Nothing title={t('emptyTitle')} hint={t('emptyHint')} />
      ) : (
        <Answer key={id} id={id} />
      )}
    </PageFrame>
  )
}

function Answer({ id }: { id: string }) {
  const told = useQuery({
    queryKey: ['explain', id],
    // what was measured was measured now
    staleTime: 0,
    gcTime: 0,
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/explain/{*}', { params: { path: { '*': id } }, signal })),
  })
  return <QueryView query={told}>{(it) => <ExplanationView told={it} />}</QueryView>
}

type BoxProps = {
  readonly id: string | undefined
  readonly onAsk: (text: string) => void
  readonly onWrong: (wrong: Wrong | undefined) => void
}

function Box({ id, onAsk, onWrong }: BoxProps) {
  const t = useTexts()
  const [typed, setTyped] = useState(id ?? '')
  const [isScanning, setIsScanning] = useState(false)
  const [isReading, setIsReading] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  // going back in the history shows what was asked then
  useEffect(() => setTyped(id ?? ''), [id])
  const found = (text: string) => {
    setIsScanning(false)
    setTyped(text)
    onAsk(text)
  }
  const take = async (file: File | undefined) => {
    if (file === undefined) return
    setIsReading(true)
    const read = await textIn(file)
    setIsReading(false)
    if (read.wrong === undefined) found(read.text)
    else onWrong(read.wrong)
  }
  return (
    <search
      className="resolve-box"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        if (event.dataTransfer.files.length === 0) return
        event.preventDefault()
        void take(event.dataTransfer.files[0])
      }}
    >
      <Input.Search
        aria-label={t('box')}
        placeholder={t('boxHint')}
        enterButton={t('resolve')}
        maxLength={INPUT_CHARS_MAX}
        value={typed}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        onSearch={onAsk}
        onPaste={(event) => {
          const file = event.clipboardData.files[0]
          if (file === undefined) return
          event.preventDefault()
          void take(file)
        }}
      />
      <Button icon={<ScanOutlined />} onClick={() => setIsScanning(true)}>
        {t('scan')}
      </Button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={t('pictureLabel')}
        onChange={(event) => {
          void take(event.target.files?.[0])
          event.target.value = ''
        }}
      />
      <Button icon={<PictureOutlined />} loading={isReading} onClick={() => input.current?.click()}>
        {t('picture')}
      </Button>
      {isScanning && (
        <Suspense fallback={null}>
          <Camera onFound={found} onClose={() => setIsScanning(false)} />
        </Suspense>
      )}
    </search>
  )
}

async function textIn(
  file: File,
): Promise<{ readonly text: string; readonly wrong?: undefined } | { readonly wrong: Wrong }> {
  if (file.size > PICTURE_BYTES_MAX) return { wrong: 'pictureTooLarge' }
  try {
    const text = await readPicture(file)
    return text === undefined ? { wrong: 'noCode' } : { text }
  } catch {
    return { wrong: 'noImage' }
  }
}
