import { Input, type InputProps } from 'antd'
import { useState } from 'react'
import { flushSync } from 'react-dom'

type GroupedInputProps = Omit<InputProps, 'value'> & { readonly value?: string }

/** A field for a decimal number: as it is typed while somebody types, its digits in groups of three once they have. Its value has none. */
export function GroupedInput({ value, onFocus, onBlur, ...props }: GroupedInputProps) {
  const [isTyped, setIsTyped] = useState(false)
  return (
    <Input
      inputMode="decimal"
      autoComplete="off"
      {...props}
      value={isTyped ? value : grouped(value)}
      onFocus={(event) => {
        // before the browser marks what stands there, so that what is typed takes its place
        flushSync(() => setIsTyped(true))
        onFocus?.(event)
      }}
      onBlur={(event) => {
        setIsTyped(false)
        onBlur?.(event)
      }}
    />
  )
}

function grouped(text: string | undefined): string | undefined {
  const [, whole, rest = ''] = /^(\d+)(\.\d*)?$/.exec(text ?? '') ?? []
  return whole === undefined ? text : `${whole.replace(/\B(?=(?:\d{3})+$)/g, ',')}${rest}`
}
