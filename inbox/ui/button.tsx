import type { ComponentProps } from 'react'
import styles from './button.module.css'

type Props = ComponentProps<'button'> & { look?: 'primary' | 'plain' | 'quiet' }

export function Button({ look = 'primary', type = 'button', className = '', ...rest }: Props) {
  return (
    <button type={type} className={`${styles.button} ${styles[look]} ${className}`} {...rest} />
  )
}
