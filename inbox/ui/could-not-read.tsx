import { Button } from './button.tsx'

type Props = { what: string; error: Error; className: string | undefined; onAgain: () => void }

/** In place of what could not be read: why, and a way to try again. */
export function CouldNotRead({ what, error, className, onAgain }: Props) {
  return (
    <div role="alert" className={className}>
      <p>
        {what} could not be read: {error.message}
      </p>
      <Button look="plain" onClick={onAgain}>
        Try again
      </Button>
    </div>
  )
}
