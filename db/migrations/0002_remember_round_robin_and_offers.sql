CREATE TABLE "round_robin_places" (
	"workspace_id" text NOT NULL,
	"teamspace_id" text NOT NULL,
	"pool" text NOT NULL,
	"online_since" timestamp (3) with time zone NOT NULL,
	"user_id" text NOT NULL,
	CONSTRAINT "round_robin_places_teamspace_id_pool_pk" PRIMARY KEY("teamspace_id","pool")
);
--> statement-breakpoint
ALTER TABLE "commands" DROP CONSTRAINT "commands_kind";--> statement-breakpoint
ALTER TABLE "round_robin_places" ADD CONSTRAINT "round_robin_places_teamspace" FOREIGN KEY ("workspace_id","teamspace_id") REFERENCES "public"."teamspaces"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "round_robin_places" ADD CONSTRAINT "round_robin_places_user" FOREIGN KEY ("workspace_id","user_id") REFERENCES "public"."users"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "commands_one_offer" ON "commands" USING btree ("conversation_id") WHERE "commands"."kind" = 'offer' and "commands"."outcome" = 'pending';--> statement-breakpoint
ALTER TABLE "commands" ADD CONSTRAINT "commands_kind" CHECK ("commands"."kind" in ('handoff', 'cancel_handoff', 'transfer', 'team_transfer', 'takeover', 'close', 'status', 'reply', 'inbound', 'requeue', 'reclaim', 'offer'));