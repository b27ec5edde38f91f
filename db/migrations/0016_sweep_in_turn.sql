CREATE TABLE "sweep_turns" (
	"one" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"holder" text NOT NULL,
	"until" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "sweep_turns_one" CHECK ("sweep_turns"."one")
);
--> statement-breakpoint
CREATE INDEX "users_expiring" ON "users" USING btree ("presence_expires_at") WHERE "users"."presence" = 'online';