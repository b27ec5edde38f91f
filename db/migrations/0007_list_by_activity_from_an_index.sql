DROP INDEX "conversations_by_activity";--> statement-breakpoint
CREATE INDEX "conversations_by_activity" ON "conversations" USING btree ("workspace_id","last_activity_at","id");