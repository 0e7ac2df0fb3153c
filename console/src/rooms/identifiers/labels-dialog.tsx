import { Alert, Button, Checkbox, Form, InputNumber, Modal, Radio } from 'antd'
import { useCallback, useMemo, useState } from 'react'
import { useFormat } from '../../frame/format.ts'
import { downloadBytes } from '../../ui/download-bytes.ts'
import { useKept } from './kept.ts'
import { type Label, LabelPicture } from './label-picture.tsx'
import {
  LABEL_SIZES,
  type LabelSize,
  type Paper,
  pagesOf,
  partsOf,
  sheetOf,
} from './label-sheet.ts'
import { drawWords } from './label-text.ts'
import { useFieldText } from './parts.tsx'
import { type PdfMark, pdfOf } from './pdf.ts'
import { PrintSheet } from './print-sheet.tsx'
import { darkRuns, fileNameOf, modulesOf, publicAddress, usePublicBase } from './qr.tsx'
import type { Identifier } from './records.ts'
import { useTexts } from './texts.ts'

/** Beyond this a browser is not the place to lay out labels. */
const LABELS_MAX = 2_000
const COPIES_MAX = 100
const PREVIEW_SCALE_PX = 4

type Choice = {
  readonly size: number
  readonly paper: Paper
  readonly copies: number
  readonly outline: boolean
}
const AT_FIRST: Choice = { size: 1, paper: 'a4', copies: 1, outline: true }

/** What a label says of a record. */
type Labelled = Pick<Identifier, 'handle' | 'described'>
type LabelsDialogProps = { readonly records: readonly Labelled[]; readonly onClose: () => void }

/** Labels of some identifiers: code, name and identifier, on A4 sheets or a roll, printed or as a PDF. */
export function LabelsDialog({ records, onClose }: LabelsDialogProps) {
  const t = useTexts()
  const format = useFormat()
  const [choice, setChoice] = useKept<Choice>('labels', AT_FIRST)
  const [skipped, setSkipped] = useState(0)
  const [isPrinting, setIsPrinting] = useState(false)
  const stopPrinting = useCallback(() => setIsPrinting(false), [])
  const size: LabelSize = LABEL_SIZES[choice.size] ?? LABEL_SIZES[1]
  const sheet = useMemo(() => sheetOf(size, choice.paper), [size, choice.paper])
  const labels = useLabels(records, size)
  const items = useMemo(
    () => labels.flatMap((it) => Array<Label>(choice.copies).fill(it)).slice(0, LABELS_MAX),
    [labels, choice.copies],
  )
  const pages = useMemo(() => pagesOf(sheet, items, skipped), [sheet, items, skipped])
  const save = async () => {
    const marks = pages.map((page) =>
      page.flatMap(({ item, x, y }) => marksOf(item, { size, x, y, outline: choice.outline })),
    )
    const name = records.length === 1 ? fileNameOf(records[0]?.handle ?? '') : 'labels'
    downloadBytes(`${name}.pdf`, 'application/pdf', await pdfOf(sheet.paper, marks))
  }
  return (
    <Modal
      open
      width={640}
      title={t('labelsTitle', { count: format.number(records.length) })}
      onCancel={onClose}
      footer={[
        <Button key="print" onClick={() => setIsPrinting(true)}>
          {t('print')}
        </Button>,
        <Button key="pdf" type="primary" onClick={() => void save()}>
          {t('savePdf')}
        </Button>,
      ]}
    >
      <LabelForm
        choice={choice}
        onChange={setChoice}
        skipped={skipped}
        onSkip={setSkipped}
        places={sheet.columns * sheet.rows}
      />
      {labels.some((it) => it.modules === undefined) && (
        <Alert type="warning" showIcon title={t('qrTooLong')} />
      )}
      <figure style={{ margin: '12px 0 0' }}>
        <figcaption style={{ marginBlockEnd: 4 }}>
          {t('labelsPages', {
            labels: format.number(items.length),
            pages: format.number(pages.length),
          })}
        </figcaption>
        {labels[0] !== undefined && (
          <div
            style={{ border: '1px solid #999', inlineSize: 'fit-content', maxInlineSize: '100%' }}
          >
            <LabelPicture label={labels[0]} size={size} scalePx={PREVIEW_SCALE_PX} />
          </div>
        )}
      </figure>
      {isPrinting && (
        <PrintSheet sheet={sheet} pages={pages} outline={choice.outline} onDone={stopPrinting} />
      )}
    </Modal>
  )
}

/** Each label once: its code, and its words as a picture in the size they have on it. */
function useLabels(records: readonly Labelled[], size: LabelSize): readonly Label[] {
  const base = usePublicBase()
  const fieldText = useFieldText()
  const titled = records.map((it) => {
    const first = it.described?.find((field) => field.public && field.type === 'text')
    return { handle: it.handle, title: first === undefined ? '' : fieldText(first) }
  })
  const text = JSON.stringify(titled)
  return useMemo(() => {
    const box = partsOf(size).text
    return (JSON.parse(text) as typeof titled).map(({ handle, title }) => ({
      handle,
      modules: modulesOf(publicAddress(base, handle)),
      words: drawWords({ handle, title }, box),
    }))
  }, [text, base, size])
}

type Place = {
  readonly size: LabelSize
  readonly x: number
  readonly y: number
  readonly outline: boolean
}

function marksOf({ modules, words }: Label, { size, x, y, outline }: Place): PdfMark[] {
  const { code, text } = partsOf(size)
  const marks: PdfMark[] = []
  if (outline) marks.push({ kind: 'outline', x, y, ...size })
  if (modules !== undefined) {
    const module = code.size / modules.length
    marks.push({ kind: 'code', runs: darkRuns(modules), x: x + code.x, y: y + code.y, module })
  }
  const { width, height } = text
  marks.push({ kind: 'picture', picture: words, x: x + text.x, y: y + text.y, width, height })
  return marks
}

type LabelFormProps = {
  readonly choice: Choice
  readonly onChange: (next: Choice) => void
  readonly skipped: number
  readonly onSkip: (next: number) => void
  readonly places: number
}

function LabelForm({ choice, onChange, skipped, onSkip, places }: LabelFormProps) {
  const t = useTexts()
  return (
    <Form layout="vertical">
      <Form.Item label={t('labelSize')}>
        <Radio.Group
          value={choice.size}
          onChange={({ target }) => onChange({ ...choice, size: Number(target.value) })}
          options={LABEL_SIZES.map(({ width, height }, value) => ({
            value,
            label: t('millimetres', { width, height }),
          }))}
        />
      </Form.Item>
      <Form.Item label={t('paper')}>
        <Radio.Group
          value={choice.paper}
          onChange={({ target }) => onChange({ ...choice, paper: target.value as Paper })}
          options={[
            { value: 'a4', label: t('paperA4') },
            { value: 'roll', label: t('paperRoll') },
          ]}
        />
      </Form.Item>
      <div style={{ display: 'flex', flexWrap: 'wrap', columnGap: 24 }}>
        <Form.Item label={t('copies')} htmlFor="label-copies">
          <InputNumber
            id="label-copies"
            min={1}
            max={COPIES_MAX}
            precision={0}
            value={choice.copies}
            onChange={(copies) => onChange({ ...choice, copies: copies ?? 1 })}
          />
        </Form.Item>
        {choice.paper === 'a4' && (
          <Form.Item label={t('skipPlaces')} htmlFor="label-skip" tooltip={t('skipPlacesHint')}>
            <InputNumber
              id="label-skip"
              min={0}
              max={places - 1}
              precision={0}
              value={Math.min(skipped, places - 1)}
              onChange={(next) => onSkip(next ?? 0)}
            />
          </Form.Item>
        )}
        <Form.Item label={t('cutting')}>
          <Checkbox
            checked={choice.outline}
            onChange={({ target }) => onChange({ ...choice, outline: target.checked })}
          >
            {t('outline')}
          </Checkbox>
        </Form.Item>
      </div>
    </Form>
  )
}
