#pragma once

namespace edgeward::database {

// Sets SQLite up for this process, before it is first used; may be called again. The name of the file system
// (sqlite3_vfs) to open files with.
//
// Memory is counted by threads (memory_in_use), not by SQLite: there each allocation takes a lock that all
// threads share. The file system is SQLite's own but for its clock: statements are timed, for that is how
// authentication is watched (statement.cpp), and the kernel's coarse clock, a few milliseconds behind, costs
// a tenth of the exact one.
//
// Threads: any.
const char* prepare_library() noexcept;

}  // namespace edgeward::database
