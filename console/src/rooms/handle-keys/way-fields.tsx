import { Alert, Form, Input, Radio, Select } from 'antd'
import { canMakePairs, PAIR_KINDS, type PairKind } from './key-pair.ts'
import { KeyTextField } from './key-text-field.tsx'
import { faultOf } from './public-key.ts'
import { useTexts } from './texts.ts'

const WAYS = ['pair', 'public', 'secret'] as const
export type Way = (typeof WAYS)[number]

export type Values = {
  way: Way
  pair?: PairKind
  password?: string
  key?: string
  secret?: string
}

/** As the node has it. */
const SECRET_CHARS = { min: 8, max: 255 }
const PASSWORD_CHARS = { min: 8, max: 255 }
const WORDS = {
  pair: ['wayPair', 'wayPairHint'],
  public: ['wayPublic', 'wayPublicHint'],
  secret: ['waySecret', 'waySecretHint'],
} as const
const OPENSSL = `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out private-key.pem
openssl pkey -in private-key.pem -pubout`

/** Within the form of a key: which kind it is, and what that kind needs. */
export function WayFields() {
  const t = useTexts()
  const form = Form.useFormInstance<Values>()
  const way = Form.useWatch('way', form)
  const canMake = canMakePairs()
  const choices = WAYS.map((it) => ({
    value: it,
    disabled: it === 'pair' && !canMake,
    label: (
      <>
        {t(WORDS[it][0])}
        <small>{t(WORDS[it][1])}</small>
      </>
    ),
  }))
  return (
    <>
      {!canMake && (
        <Alert
          type="info"
          showIcon
          title={t('pairNoTls')}
          description={<pre className="key-command">{OPENSSL}</pre>}
          style={{ marginBlockEnd: 12 }}
        />
      )}
      <Form.Item name="way" label={t('way')}>
        <Radio.Group className="key-ways" options={choices} />
      </Form.Item>
      {way === 'pair' && <PairFields />}
      {way === 'public' && <PublicField />}
      {way === 'secret' && <SecretField />}
    </>
  )
}

function PairFields() {
  const t = useTexts()
  const { min, max } = PASSWORD_CHARS
  return (
    <>
      <Form.Item name="pair" label={t('pairKind')}>
        <Select options={PAIR_KINDS.map((it) => ({ value: it, label: t(`pair${it}`) }))} />
      </Form.Item>
      <Form.Item
        name="password"
        label={t('pairPassword')}
        extra={t('pairPasswordHint')}
        rules={[{ min, message: t('passwordShort', { count: min }) }]}
      >
        <Input.Password autoComplete="new-password" maxLength={max} />
      </Form.Item>
    </>
  )
}

function PublicField() {
  const t = useTexts()
  const judge = async (_: unknown, typed = '') => {
    const fault = typed.trim() === '' ? 'required' : faultOf(typed)
    if (fault !== undefined) throw new Error(t(fault))
  }
  return (
    <Form.Item
      name="key"
      label={t('keyField')}
      extra={t('keyHint')}
      required
      validateTrigger="onBlur"
      rules={[{ validator: judge }]}
    >
      <KeyTextField />
    </Form.Item>
  )
}

function SecretField() {
  const t = useTexts()
  const { min, max } = SECRET_CHARS
  return (
    <Form.Item
      name="secret"
      label={t('secretField')}
      extra={t('secretHint')}
      rules={[{ min, message: t('passwordShort', { count: min }) }]}
    >
      <Input.Password autoComplete="off" maxLength={max} />
    </Form.Item>
  )
}
