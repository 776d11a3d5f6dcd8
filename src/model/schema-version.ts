/**
 * The version of the schema that `$metadata` says as `Core.SchemaVersion`. It changes with what breaks clients (Protocol
 * 4.01 §5.2), and then only.
 */
export const SCHEMA_VERSION = '1'
