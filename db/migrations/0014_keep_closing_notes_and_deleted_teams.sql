ALTER TABLE "commands" DROP CONSTRAINT "commands_kind";--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "closing_note" text;--> statement-breakpoint
ALTER TABLE "teams" ADD COLUMN "deleted_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "conversations_by_origin" ON "conversations" USING btree ("origin_ai_agent_id") WHERE "conversations"."assignee_ai_agent_id" is null;--> statement-breakpoint
CREATE INDEX "conversations_by_team" ON "conversations" USING btree ("team_id") WHERE "conversations"."team_id" is not null;--> statement-breakpoint
CREATE INDEX "notifications_to_claim" ON "notifications" USING btree ("conversation_id") WHERE "notifications"."kind" = 'queued' and "notifications"."read_at" is null;--> statement-breakpoint
ALTER TABLE "commands" ADD CONSTRAINT "commands_kind" CHECK ("commands"."kind" in ('handoff', 'cancel_handoff', 'transfer', 'team_transfer', 'takeover', 'close', 'status', 'reply', 'inbound', 'requeue', 'reclaim', 'leave_team', 'offer'));--> statement-breakpoint
UPDATE "conversations" SET "closing_note" = "latest"."note"
FROM (
  SELECT DISTINCT ON ("conversation_id") "conversation_id", "note" FROM "assignments"
  WHERE "cause" = 'close' ORDER BY "conversation_id", "number" DESC
) "latest"
WHERE "latest"."conversation_id" = "conversations"."id" AND "latest"."note" IS NOT NULL;
