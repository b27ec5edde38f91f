DROP INDEX "conversations_by_activity";--> statement-breakpoint
DROP INDEX "conversations_by_user";--> statement-breakpoint
DROP INDEX "conversations_by_ai_agent";--> statement-breakpoint
DROP INDEX "conversations_by_origin";--> statement-breakpoint
DROP INDEX "conversations_by_team";--> statement-breakpoint
CREATE INDEX "conversations_of_workspace" ON "conversations" USING btree ("workspace_id","kind","status","last_activity_at","id");--> statement-breakpoint
CREATE INDEX "conversations_of_user" ON "conversations" USING btree ("assignee_user_id","kind","status","last_activity_at","id") WHERE "conversations"."assignee_user_id" is not null;--> statement-breakpoint
CREATE INDEX "conversations_of_ai_agent" ON "conversations" USING btree ("assignee_ai_agent_id","kind","status","last_activity_at","id") WHERE "conversations"."assignee_ai_agent_id" is not null;--> statement-breakpoint
CREATE INDEX "conversations_of_origin" ON "conversations" USING btree ("origin_ai_agent_id","kind","status","last_activity_at","id") WHERE "conversations"."origin_ai_agent_id" is not null;--> statement-breakpoint
CREATE INDEX "conversations_of_team" ON "conversations" USING btree ("team_id","kind","status","last_activity_at","id") WHERE "conversations"."team_id" is not null;--> statement-breakpoint
CREATE INDEX "conversations_waiting" ON "conversations" USING btree ("teamspace_id","kind","status","last_activity_at","id") WHERE "conversations"."queue_arrival" is not null;--> statement-breakpoint
CREATE INDEX "conversations_in_queue" ON "conversations" USING btree ("workspace_id","queue_arrival","id") WHERE "conversations"."queue_arrival" is not null;