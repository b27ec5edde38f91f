ALTER TABLE "assignments" DROP CONSTRAINT "assignments_command";
--> statement-breakpoint
ALTER TABLE "idempotency_keys" DROP CONSTRAINT "idempotency_keys_command_id_commands_id_fk";
--> statement-breakpoint
ALTER TABLE "messages" DROP CONSTRAINT "messages_command";
--> statement-breakpoint
-- After the foreign keys that refer to it.
ALTER TABLE "commands" DROP CONSTRAINT "commands_of_conversation";--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_command_id_commands_id_fk" FOREIGN KEY ("command_id") REFERENCES "public"."commands"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "commands_done" ON "commands" USING btree (coalesce("settled_at", "created_at")) WHERE "commands"."outcome" <> 'pending';--> statement-breakpoint
CREATE INDEX "idempotency_keys_of_command" ON "idempotency_keys" USING btree ("command_id");--> statement-breakpoint
CREATE INDEX "idempotency_keys_of_answers" ON "idempotency_keys" USING btree ("created_at") WHERE "idempotency_keys"."command_id" is null;--> statement-breakpoint
CREATE INDEX "notifications_read" ON "notifications" USING btree ("at") WHERE "notifications"."read_at" is not null;