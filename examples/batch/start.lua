-- Migrates everything; the result is that of the last run in the chain.
local client = temporal.connect({ url = env.get("TEMPORAL_ADDRESS") or "localhost:7233" })
local id = "migration-customers"

client:start_workflow({ task_queue = "migration", workflow_type = "Migrate", workflow_id = id })
local result = client:get_result({ workflow_id = id })
print(result.migrated .. " migrated in " .. result.runs .. " runs, broken: " .. table.concat(result.broken, ", "))
