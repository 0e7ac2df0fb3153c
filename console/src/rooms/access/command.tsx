import { Copy } from '../../ui/copy.tsx'

/** A command to be run on the server. */
export function Command({ text }: { text: string }) {
  return (
    <p>
      <code style={{ overflowWrap: 'anywhere' }}>{text}</code> <Copy text={text} />
    </p>
  )
}
