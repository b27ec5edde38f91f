CREATE TABLE "assignments" (
	"workspace_id" text NOT NULL,
	"conversation_id" text NOT NULL,
	"number" integer NOT NULL,
	"follows" integer GENERATED ALWAYS AS (nullif("assignments"."number" - 1, 0)) STORED,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"cause" text NOT NULL,
	"actor_type" text,
	"actor_id" text,
	"from_user_id" text,
	"from_ai_agent_id" text,
	"to_user_id" text,
	"to_ai_agent_id" text,
	"holder" text GENERATED ALWAYS AS (coalesce("assignments"."to_user_id", "assignments"."to_ai_agent_id", 'queue')) STORED NOT NULL,
	"team_id" text,
	"queue_team_ids" text[],
	"note" text,
	"command_id" text,
	"decision" jsonb,
	CONSTRAINT "assignments_conversation_id_number_pk" PRIMARY KEY("conversation_id","number"),
	CONSTRAINT "assignments_holder" UNIQUE("conversation_id","number","holder"),
	CONSTRAINT "assignments_once_per_command" UNIQUE("command_id"),
	CONSTRAINT "assignments_number" CHECK ("assignments"."number" >= 1),
	CONSTRAINT "assignments_cause" CHECK ("assignments"."cause" in ('created', 'handoff', 'handoff_cancelled', 'transfer', 'team_transfer', 'takeover', 'close', 'queue', 'deactivation')),
	CONSTRAINT "assignments_actor" CHECK ("assignments"."actor_type" in ('user', 'ai_agent', 'api_key')),
	CONSTRAINT "assignments_actor_whole" CHECK (("assignments"."actor_type" is null) = ("assignments"."actor_id" is null)),
	CONSTRAINT "assignments_first_is_created" CHECK (("assignments"."number" = 1) = ("assignments"."cause" = 'created')),
	CONSTRAINT "assignments_one_from" CHECK (num_nonnulls("assignments"."from_user_id", "assignments"."from_ai_agent_id") <= 1),
	CONSTRAINT "assignments_one_to" CHECK (num_nonnulls("assignments"."to_user_id", "assignments"."to_ai_agent_id") <= 1)
);
--> statement-breakpoint
CREATE TABLE "commands" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"conversation_id" text NOT NULL,
	"kind" text NOT NULL,
	"actor_type" text,
	"actor_id" text,
	"payload" jsonb NOT NULL,
	"request_id" text,
	"outcome" text DEFAULT 'pending' NOT NULL,
	"code" text,
	"answer_status" integer,
	"answer_body" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"signalled_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"sweeps" integer DEFAULT 0 NOT NULL,
	"settled_at" timestamp (3) with time zone,
	CONSTRAINT "commands_of_conversation" UNIQUE("workspace_id","conversation_id","id"),
	CONSTRAINT "commands_kind" CHECK ("commands"."kind" in ('handoff', 'cancel_handoff', 'transfer', 'team_transfer', 'takeover', 'close', 'status', 'reply', 'inbound', 'requeue', 'reclaim')),
	CONSTRAINT "commands_outcome" CHECK ("commands"."outcome" in ('pending', 'accepted', 'queued', 'refused', 'withdrawn')),
	CONSTRAINT "commands_actor" CHECK ("commands"."actor_type" in ('user', 'ai_agent', 'api_key')),
	CONSTRAINT "commands_actor_whole" CHECK (("commands"."actor_type" is null) = ("commands"."actor_id" is null)),
	CONSTRAINT "commands_settled_whole" CHECK (("commands"."outcome" in ('accepted', 'queued', 'refused')) = ("commands"."settled_at" is not null) and ("commands"."settled_at" is null) = ("commands"."answer_status" is null) and ("commands"."answer_status" is null) = ("commands"."answer_body" is null)),
	CONSTRAINT "commands_code_when_refused" CHECK (("commands"."outcome" = 'refused') = ("commands"."code" is not null))
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"workspace_id" text NOT NULL,
	"principal_type" text NOT NULL,
	"principal_id" text NOT NULL,
	"key" text NOT NULL,
	"request_hash" text NOT NULL,
	"command_id" text,
	"answer_status" integer,
	"answer_body" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_principal_type_principal_id_key_pk" PRIMARY KEY("principal_type","principal_id","key"),
	CONSTRAINT "idempotency_keys_principal" CHECK ("idempotency_keys"."principal_type" in ('user', 'ai_agent', 'api_key')),
	CONSTRAINT "idempotency_keys_answer" CHECK (num_nonnulls("idempotency_keys"."command_id", "idempotency_keys"."answer_status") = 1 and ("idempotency_keys"."answer_status" is null) = ("idempotency_keys"."answer_body" is null))
);
--> statement-breakpoint
CREATE TABLE "conversations" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"teamspace_id" text NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"subject" text,
	"language" text,
	"player_external_id" text NOT NULL,
	"player_name" text,
	"player_email" text,
	"assignee_user_id" text,
	"assignee_ai_agent_id" text,
	"holder" text GENERATED ALWAYS AS (coalesce("conversations"."assignee_user_id", "conversations"."assignee_ai_agent_id", 'queue')) STORED NOT NULL,
	"team_id" text,
	"origin_ai_agent_id" text,
	"epoch" integer DEFAULT 1 NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"queue_arrival" bigint,
	"queued_at" timestamp (3) with time zone,
	"queue_cause" text,
	"queue_team_ids" text[],
	"queue_transferor_id" text,
	"message_count" integer DEFAULT 0 NOT NULL,
	"last_message_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"closed_at" timestamp (3) with time zone,
	"last_activity_at" timestamp (3) with time zone GENERATED ALWAYS AS (greatest("conversations"."updated_at", "conversations"."last_message_at")) STORED NOT NULL,
	CONSTRAINT "conversations_in_workspace" UNIQUE("workspace_id","id"),
	CONSTRAINT "conversations_kind" CHECK ("conversations"."kind" in ('chat', 'ticket')),
	CONSTRAINT "conversations_status" CHECK ("conversations"."status" in ('open', 'pending', 'overdue', 'resolved', 'closed')),
	CONSTRAINT "conversations_queue_cause" CHECK ("conversations"."queue_cause" in ('handoff', 'team_transfer', 'deactivation')),
	CONSTRAINT "conversations_held_or_queued" CHECK (num_nonnulls("conversations"."assignee_user_id", "conversations"."assignee_ai_agent_id", "conversations"."queue_arrival") = 1),
	CONSTRAINT "conversations_queue_whole" CHECK (num_nonnulls("conversations"."queue_arrival", "conversations"."queued_at", "conversations"."queue_cause") in (0, 3)),
	CONSTRAINT "conversations_queued_pending" CHECK ("conversations"."queue_arrival" is null or "conversations"."status" = 'pending'),
	CONSTRAINT "conversations_pool_only_queued" CHECK ("conversations"."queue_arrival" is not null or num_nonnulls("conversations"."queue_team_ids", "conversations"."queue_transferor_id") = 0),
	CONSTRAINT "conversations_closed_at" CHECK (("conversations"."status" = 'closed') = ("conversations"."closed_at" is not null)),
	CONSTRAINT "conversations_closed_chat_is_ai" CHECK ("conversations"."kind" <> 'chat' or "conversations"."status" <> 'closed' or "conversations"."assignee_ai_agent_id" is not null),
	CONSTRAINT "conversations_chat_has_origin" CHECK (("conversations"."kind" = 'chat') = ("conversations"."origin_ai_agent_id" is not null)),
	CONSTRAINT "conversations_ticket_never_ai" CHECK ("conversations"."kind" <> 'ticket' or "conversations"."assignee_ai_agent_id" is null),
	CONSTRAINT "conversations_counts" CHECK ("conversations"."epoch" >= 1 and "conversations"."version" >= "conversations"."epoch" and "conversations"."message_count" >= 0)
);
--> statement-breakpoint
CREATE TABLE "events" (
	"workspace_id" text NOT NULL,
	"position" bigint NOT NULL,
	"type" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"conversation_id" text,
	"conversation_kind" text,
	"teamspace_id" text,
	"before" jsonb,
	"after" jsonb,
	"data" jsonb NOT NULL,
	CONSTRAINT "events_workspace_id_position_pk" PRIMARY KEY("workspace_id","position"),
	CONSTRAINT "events_type" CHECK ("events"."type" in ('conversation.created', 'conversation.assigned', 'conversation.queued', 'conversation.closed', 'conversation.returned_to_ai', 'conversation.status_changed', 'message.created', 'command.refused', 'user.presence_changed'))
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"conversation_id" text NOT NULL,
	"number" integer NOT NULL,
	"author_type" text NOT NULL,
	"author_id" text NOT NULL,
	"text" text NOT NULL,
	"epoch" integer NOT NULL,
	"sent_at" timestamp (3) with time zone NOT NULL,
	"command_id" text,
	CONSTRAINT "messages_place" UNIQUE("conversation_id","number"),
	CONSTRAINT "messages_once_per_command" UNIQUE("command_id"),
	CONSTRAINT "messages_author" CHECK ("messages"."author_type" in ('player', 'user', 'ai_agent')),
	CONSTRAINT "messages_number" CHECK ("messages"."number" >= 1)
);
--> statement-breakpoint
CREATE TABLE "ai_agents" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"teamspace_id" text NOT NULL,
	"name" text NOT NULL,
	"handoff" jsonb NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ai_agents_in_workspace" UNIQUE("workspace_id","id"),
	CONSTRAINT "ai_agents_in_teamspace" UNIQUE("workspace_id","teamspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"name" text NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "api_keys_in_workspace" UNIQUE("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "roles" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"name" text NOT NULL,
	"is_admin" boolean DEFAULT false NOT NULL,
	"livechats_view" text NOT NULL,
	"livechats_manage" text NOT NULL,
	"livechats_transfer" boolean NOT NULL,
	"tickets_view" text NOT NULL,
	"tickets_manage" text NOT NULL,
	"tickets_transfer" boolean NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "roles_in_workspace" UNIQUE("workspace_id","id"),
	CONSTRAINT "roles_livechats_view" CHECK ("roles"."livechats_view" in ('none', 'own', 'team', 'all')),
	CONSTRAINT "roles_livechats_manage" CHECK ("roles"."livechats_manage" in ('none', 'own', 'team', 'all')),
	CONSTRAINT "roles_tickets_view" CHECK ("roles"."tickets_view" in ('none', 'own', 'team', 'all')),
	CONSTRAINT "roles_tickets_manage" CHECK ("roles"."tickets_manage" in ('none', 'own', 'team', 'all')),
	CONSTRAINT "roles_livechats_within_view" CHECK (array_position(array['none', 'own', 'team', 'all'], "roles"."livechats_manage") <= array_position(array['none', 'own', 'team', 'all'], "roles"."livechats_view")),
	CONSTRAINT "roles_tickets_within_view" CHECK (array_position(array['none', 'own', 'team', 'all'], "roles"."tickets_manage") <= array_position(array['none', 'own', 'team', 'all'], "roles"."tickets_view")),
	CONSTRAINT "roles_admin_has_all" CHECK (not "roles"."is_admin" or ("roles"."livechats_manage" = 'all' and "roles"."livechats_transfer" and "roles"."tickets_manage" = 'all' and "roles"."tickets_transfer"))
);
--> statement-breakpoint
CREATE TABLE "team_members" (
	"workspace_id" text NOT NULL,
	"team_id" text NOT NULL,
	"user_id" text NOT NULL,
	CONSTRAINT "team_members_team_id_user_id_pk" PRIMARY KEY("team_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "team_teamspaces" (
	"workspace_id" text NOT NULL,
	"team_id" text NOT NULL,
	"teamspace_id" text NOT NULL,
	CONSTRAINT "team_teamspaces_teamspace_id_team_id_pk" PRIMARY KEY("teamspace_id","team_id")
);
--> statement-breakpoint
CREATE TABLE "teams" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "teams_in_workspace" UNIQUE("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"role_id" text NOT NULL,
	"deactivated_at" timestamp (3) with time zone,
	"presence" text DEFAULT 'away' NOT NULL,
	"online_since" timestamp (3) with time zone,
	"presence_expires_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "users_in_workspace" UNIQUE("workspace_id","id"),
	CONSTRAINT "users_presence" CHECK ("users"."presence" in ('online', 'away')),
	CONSTRAINT "users_online_since" CHECK (("users"."presence" = 'online') = ("users"."online_since" is not null)),
	CONSTRAINT "users_expiry" CHECK ("users"."presence" = 'online' or "users"."presence_expires_at" is null),
	CONSTRAINT "users_deactivated_away" CHECK ("users"."deactivated_at" is null or "users"."presence" = 'away')
);
--> statement-breakpoint
CREATE TABLE "tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"hash" text NOT NULL,
	"user_id" text,
	"ai_agent_id" text,
	"api_key_id" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tokens_hash" UNIQUE("hash"),
	CONSTRAINT "tokens_one_principal" CHECK (num_nonnulls("tokens"."user_id", "tokens"."ai_agent_id", "tokens"."api_key_id") = 1)
);
--> statement-breakpoint
CREATE TABLE "event_counters" (
	"workspace_id" text PRIMARY KEY NOT NULL,
	"position" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "teamspaces" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"name" text NOT NULL,
	"method" text DEFAULT 'balanced' NOT NULL,
	"max_chats_per_agent" integer DEFAULT 10 NOT NULL,
	"default_ai_agent_id" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "teamspaces_in_workspace" UNIQUE("workspace_id","id"),
	CONSTRAINT "teamspaces_method" CHECK ("teamspaces"."method" in ('balanced', 'round_robin', 'random', 'voluntary')),
	CONSTRAINT "teamspaces_cap" CHECK ("teamspaces"."max_chats_per_agent" between 1 and 1000)
);
--> statement-breakpoint
CREATE TABLE "workspaces" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"plan" text NOT NULL,
	"arrivals" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workspaces_plan" CHECK ("workspaces"."plan" in ('free', 'amateur', 'pro', 'champion'))
);
--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_without_gaps" FOREIGN KEY ("conversation_id","follows") REFERENCES "public"."assignments"("conversation_id","number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_conversation" FOREIGN KEY ("workspace_id","conversation_id") REFERENCES "public"."conversations"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_command" FOREIGN KEY ("workspace_id","conversation_id","command_id") REFERENCES "public"."commands"("workspace_id","conversation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commands" ADD CONSTRAINT "commands_conversation" FOREIGN KEY ("workspace_id","conversation_id") REFERENCES "public"."conversations"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_command_id_commands_id_fk" FOREIGN KEY ("command_id") REFERENCES "public"."commands"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_latest_assignment" FOREIGN KEY ("id","epoch","holder") REFERENCES "public"."assignments"("conversation_id","number","holder") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_teamspace" FOREIGN KEY ("workspace_id","teamspace_id") REFERENCES "public"."teamspaces"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_assignee_user" FOREIGN KEY ("workspace_id","assignee_user_id") REFERENCES "public"."users"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_assignee_ai_agent" FOREIGN KEY ("workspace_id","assignee_ai_agent_id") REFERENCES "public"."ai_agents"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_origin_ai_agent" FOREIGN KEY ("workspace_id","origin_ai_agent_id") REFERENCES "public"."ai_agents"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_team" FOREIGN KEY ("workspace_id","team_id") REFERENCES "public"."teams"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_conversation" FOREIGN KEY ("workspace_id","conversation_id") REFERENCES "public"."conversations"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_epoch" FOREIGN KEY ("conversation_id","epoch") REFERENCES "public"."assignments"("conversation_id","number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_command" FOREIGN KEY ("workspace_id","conversation_id","command_id") REFERENCES "public"."commands"("workspace_id","conversation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ai_agents" ADD CONSTRAINT "ai_agents_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ai_agents" ADD CONSTRAINT "ai_agents_teamspace" FOREIGN KEY ("workspace_id","teamspace_id") REFERENCES "public"."teamspaces"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "roles" ADD CONSTRAINT "roles_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_team" FOREIGN KEY ("workspace_id","team_id") REFERENCES "public"."teams"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_user" FOREIGN KEY ("workspace_id","user_id") REFERENCES "public"."users"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_teamspaces" ADD CONSTRAINT "team_teamspaces_team" FOREIGN KEY ("workspace_id","team_id") REFERENCES "public"."teams"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_teamspaces" ADD CONSTRAINT "team_teamspaces_teamspace" FOREIGN KEY ("workspace_id","teamspace_id") REFERENCES "public"."teamspaces"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "teams" ADD CONSTRAINT "teams_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_role" FOREIGN KEY ("workspace_id","role_id") REFERENCES "public"."roles"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_user" FOREIGN KEY ("workspace_id","user_id") REFERENCES "public"."users"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_ai_agent" FOREIGN KEY ("workspace_id","ai_agent_id") REFERENCES "public"."ai_agents"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_api_key" FOREIGN KEY ("workspace_id","api_key_id") REFERENCES "public"."api_keys"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "event_counters" ADD CONSTRAINT "event_counters_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "teamspaces" ADD CONSTRAINT "teamspaces_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "teamspaces" ADD CONSTRAINT "teamspaces_default_ai_agent" FOREIGN KEY ("workspace_id","id","default_ai_agent_id") REFERENCES "public"."ai_agents"("workspace_id","teamspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "assignments_last_of_user" ON "assignments" USING btree ("to_user_id","at");--> statement-breakpoint
CREATE INDEX "commands_by_conversation" ON "commands" USING btree ("conversation_id","created_at","id");--> statement-breakpoint
CREATE INDEX "commands_pending" ON "commands" USING btree ("signalled_at") WHERE "commands"."outcome" = 'pending';--> statement-breakpoint
CREATE INDEX "conversations_by_activity" ON "conversations" USING btree ("workspace_id","last_activity_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "conversations_by_user" ON "conversations" USING btree ("assignee_user_id","status","kind");--> statement-breakpoint
CREATE INDEX "conversations_by_ai_agent" ON "conversations" USING btree ("assignee_ai_agent_id","status");--> statement-breakpoint
CREATE INDEX "conversations_by_player" ON "conversations" USING btree ("workspace_id","player_external_id");--> statement-breakpoint
CREATE INDEX "conversations_queue" ON "conversations" USING btree ("teamspace_id","queue_arrival") WHERE "conversations"."queue_arrival" is not null;--> statement-breakpoint
CREATE INDEX "events_by_conversation" ON "events" USING btree ("workspace_id","conversation_id","position");--> statement-breakpoint
CREATE UNIQUE INDEX "roles_one_admin" ON "roles" USING btree ("workspace_id") WHERE "roles"."is_admin";--> statement-breakpoint
CREATE INDEX "team_members_by_user" ON "team_members" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "team_teamspaces_by_team" ON "team_teamspaces" USING btree ("team_id");--> statement-breakpoint
CREATE INDEX "users_by_role" ON "users" USING btree ("workspace_id","role_id");--> statement-breakpoint
CREATE INDEX "tokens_by_user" ON "tokens" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "tokens_by_ai_agent" ON "tokens" USING btree ("ai_agent_id");