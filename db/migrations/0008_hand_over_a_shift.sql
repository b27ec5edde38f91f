CREATE TABLE "handover_conversations" (
	"workspace_id" text NOT NULL,
	"handover_id" text NOT NULL,
	"conversation_id" text NOT NULL,
	"command_id" text,
	CONSTRAINT "handover_conversations_handover_id_conversation_id_pk" PRIMARY KEY("handover_id","conversation_id"),
	CONSTRAINT "handover_conversations_command" UNIQUE("command_id")
);
--> statement-breakpoint
CREATE TABLE "handovers" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"user_id" text NOT NULL,
	"to_user_id" text,
	"to_team_id" text,
	"kinds" text[] NOT NULL,
	"note" text,
	"actor_id" text NOT NULL,
	"state" text DEFAULT 'running' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "handovers_in_workspace" UNIQUE("workspace_id","id"),
	CONSTRAINT "handovers_state" CHECK ("handovers"."state" in ('running', 'finished', 'cancelled')),
	CONSTRAINT "handovers_one_target" CHECK (num_nonnulls("handovers"."to_user_id", "handovers"."to_team_id") = 1),
	CONSTRAINT "handovers_ended" CHECK (("handovers"."state" = 'running') = ("handovers"."ended_at" is null))
);
--> statement-breakpoint
ALTER TABLE "handover_conversations" ADD CONSTRAINT "handover_conversations_handover" FOREIGN KEY ("workspace_id","handover_id") REFERENCES "public"."handovers"("workspace_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "handover_conversations" ADD CONSTRAINT "handover_conversations_conversation" FOREIGN KEY ("workspace_id","conversation_id") REFERENCES "public"."conversations"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "handovers" ADD CONSTRAINT "handovers_user" FOREIGN KEY ("workspace_id","user_id") REFERENCES "public"."users"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "handovers" ADD CONSTRAINT "handovers_actor" FOREIGN KEY ("workspace_id","actor_id") REFERENCES "public"."users"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "handovers" ADD CONSTRAINT "handovers_to_user" FOREIGN KEY ("workspace_id","to_user_id") REFERENCES "public"."users"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "handovers" ADD CONSTRAINT "handovers_to_team" FOREIGN KEY ("workspace_id","to_team_id") REFERENCES "public"."teams"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "handovers_one_running" ON "handovers" USING btree ("user_id") WHERE "handovers"."state" = 'running';--> statement-breakpoint
CREATE INDEX "handovers_ended_at" ON "handovers" USING btree ("ended_at");