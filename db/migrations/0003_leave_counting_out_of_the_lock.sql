ALTER TABLE "commands" ADD COLUMN "arrival" bigint;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "last_assigned_at" timestamp (3) with time zone;--> statement-breakpoint
UPDATE "users" SET "last_assigned_at" = (SELECT max("at") FROM "assignments" WHERE "to_user_id" = "users"."id");--> statement-breakpoint
CREATE INDEX "conversations_queue_by_pool" ON "conversations" USING btree ("teamspace_id","kind",coalesce("queue_team_ids", '{}'),"queue_arrival") WHERE "conversations"."queue_arrival" is not null;--> statement-breakpoint
DROP INDEX "assignments_last_of_user";