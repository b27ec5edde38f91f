/** For what takes the place of that which had the focus: as its `ref`. */
export function takeFocus(element: HTMLElement | null): void {
  element?.focus()
}
