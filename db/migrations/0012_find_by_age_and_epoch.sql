DROP INDEX "notifications_read";--> statement-breakpoint
CREATE INDEX "messages_of_epoch" ON "messages" USING btree ("conversation_id","epoch");--> statement-breakpoint
CREATE INDEX "notifications_by_age" ON "notifications" USING btree ("at");