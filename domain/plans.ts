import { type AssignmentMethod, type Plan, plans } from './words.ts'

/** The plan from which a method can be set. Source: "Chat Assignment" of the domain. */
export const planOfMethod: Record<AssignmentMethod, Plan> = {
  balanced: 'free',
  random: 'amateur',
  round_robin: 'pro',
  voluntary: 'champion',
}

/** Whether a plan has all that another one has. */
export function reachesPlan(plan: Plan, required: Plan): boolean {
  return plans.indexOf(plan) >= plans.indexOf(required)
}
