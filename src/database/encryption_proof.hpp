#pragma once

#include <edgeward/core/result.hpp>

namespace edgeward::database {

// Is the library that answers at run time SQLCipher, whole and of the version compiled against? Plain SQLite
// that is linked or preloaded before it takes over all functions but the keying ones: keying would then work
// on memory of another layout. So this is asked before any file is opened, and the answer is kept.
// misconfigured otherwise.
Result<void> require_encrypting_library();

}  // namespace edgeward::database
