import type { Answered, Caller } from './caller.ts'
import { expectStatus, type Person, type Workspace } from './workspace.ts'

/** A conversation to act on and to read as the channel, which sees everything. */
export type Talk = ReturnType<typeof talk>

type Body = Record<string, unknown>

export function talk(w: Workspace, id: string) {
  const path = `/v1/conversations/${id}`
  const list = async (what: string, by: Caller = w.channel) =>
    expectStatus(await by.get(`${path}/${what}?limit=200`), 200).items
  return {
    id,
    path,
    /** Posts to one of its paths: a command, or `messages`. */
    by: (who: Caller, what: string, body: Body = {}, headers?: Record<string, string>) =>
      who.post(`${path}/${what}`, body, headers),
    /** The same where it must be carried out; returns the body. */
    does: async (who: Caller, what: string, body: Body = {}) =>
      expectStatus(await who.post(`${path}/${what}`, body), what === 'messages' ? 201 : 200),
    now: async (by: Caller = w.channel) => expectStatus(await by.get(path), 200),
    assignments: (by?: Caller) => list('assignments', by),
    commands: (by?: Caller) => list('commands', by),
    messages: (by?: Caller) => list('messages', by),
  }
}

/** A chat that its AI agent holds. */
export async function aChat(w: Workspace, options: Parameters<Workspace['chat']>[0] = {}) {
  return talk(w, (await w.chat(options)).id)
}

/** A chat that `user` holds, handed off to them by name, and so without a team. */
export async function aLivechat(w: Workspace, user: Person): Promise<Talk> {
  const target = { type: 'user', userId: user.id }
  const bot = await w.bot(`Bot for ${user.name}`, { target })
  const chat = await aChat(w, { aiAgentId: bot.id })
  await chat.does(w.channel, 'handoff')
  return chat
}

/** A chat that waits for anyone, or for one team. Nobody in that pool may be online with a free slot. */
export async function aQueuedChat(w: Workspace, team?: { id: string }): Promise<Talk> {
  const target = team ? { type: 'teams', teamIds: [team.id] } : { type: 'anyone' }
  const bot = await w.bot('Bot for the queue', { target })
  const chat = await aChat(w, { aiAgentId: bot.id })
  const { command } = await chat.does(w.channel, 'handoff')
  if (command.outcome !== 'queued') throw new Error('Somebody was free')
  return chat
}

/** A livechat of a team: `user`, who is in it, claimed it. Nobody in the team may be online. */
export async function aTeamChat(w: Workspace, team: { id: string }, user: Person): Promise<Talk> {
  const chat = await aQueuedChat(w, team)
  await chat.does(user, 'takeover')
  return chat
}

/** A chat that `user` held and closed. */
export async function aClosedChat(w: Workspace, user: Person): Promise<Talk> {
  const chat = await aLivechat(w, user)
  await chat.does(user, 'close')
  return chat
}

/** A ticket that `assignee` made for themselves, or `creator` for them. */
export async function aTicket(w: Workspace, assignee: Person, creator: Person = assignee) {
  return talk(w, (await w.ticket(creator, assignee)).id)
}

type Grants = { view?: string; manage?: string; transfer?: boolean }
const nothing = { view: 'none', manage: 'none', transfer: false }

/** A role with these grants and no others; its id. */
export async function aRole(
  w: Workspace,
  grants: { livechats?: Grants; tickets?: Grants },
): Promise<string> {
  const livechats = { ...nothing, ...grants.livechats }
  const tickets = { ...nothing, ...grants.tickets }
  return (await w.create('/v1/roles', { name: 'Role', livechats, tickets })).id
}

/** A team of the workspace's teamspace, or of the named ones. */
export async function aTeam(w: Workspace, name: string, teamspaceIds = [w.teamspaceId]) {
  return (await w.create('/v1/teams', { name, teamspaceIds })) as { id: string }
}

/** A team whose one member is away: what is meant for it waits. */
export async function aSleepingTeam(w: Workspace): Promise<{ id: string }> {
  const team = await aTeam(w, 'Asleep')
  await w.user('Sleeper', { teams: [team], online: false })
  return team
}

/** What a refusal says: its status and code, and the members that come with it. */
export function told(answered: Answered) {
  const { type, title, detail, requestId, commandId, ...members } = answered.body
  return members
}
