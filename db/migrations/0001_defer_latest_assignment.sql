-- A conversation and its first assignment refer to each other: checked at commit.
ALTER TABLE "conversations" ALTER CONSTRAINT "conversations_latest_assignment" DEFERRABLE INITIALLY DEFERRED;
