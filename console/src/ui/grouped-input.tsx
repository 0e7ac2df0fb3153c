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
        const { currentTarget: input } = event
        const isMarked = input.selectionStart === 0 && input.selectionEnd === input.value.length
        // at once: who marks what stands there afterwards marks this
        flushSync(() => setIsTyped(true))
        // who came by the keyboard types over it
        if (isMarked) input.select()
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
