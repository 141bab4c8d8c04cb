#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/crypto/key_ring.hpp>

// devices.db for a backup, the proof of one, and a restore. Nobody else uses the file meanwhile. Errors as
// DeviceBook.
namespace edgeward::enrolment {

Result<Secret> devices_key(const crypto::KeyRing& keys);

// Every page is authenticated and every certificate held against its fingerprint; a file of an older version
// is migrated. Gives how many devices there are.
Result<std::uint64_t> examine_devices(const std::filesystem::path& folder, const crypto::KeyRing& keys);

// Makes of the devices.db in `folder`, or of none, what devices may come by after a restore, with what the
// same file in the folders `later` knows (docs/adr/0055-what-a-restore-does-not-undo.md): devices and
// certificates that were added there, and every revocation. Tokens and approvals are gone: they count once,
// and may have been used since.
Result<void> revive_devices(const std::filesystem::path& folder,
                            const std::vector<std::filesystem::path>& later, const crypto::KeyRing& keys);

}  // namespace edgeward::enrolment
