/** Somebody of the demo whom anyone may be. */
export type DemoPerson = { id: string; name: string; role: string }

/** The people of the demo; none when this is no demo. */
export async function listDemoPeople(): Promise<DemoPerson[]> {
  const answer = await fetch('/demo/people')
  return answer.ok ? ((await answer.json()) as { items: DemoPerson[] }).items : []
}

/** A token of this person of the demo. */
export async function signInAs(id: string): Promise<string> {
  const answer = await fetch(`/demo/people/${id}/sign-in`, { method: 'POST' })
  if (!answer.ok) throw new Error('The demo does not know this person any more')
  return ((await answer.json()) as { token: string }).token
}
