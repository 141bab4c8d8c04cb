#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <edgeward/vault/identity_vault.hpp>

#include "lru_cache.hpp"
#include "person_memory.hpp"

namespace edgeward::vault {

// Whose a device was from `from` until before `until`: one person's, or nobody's.
struct DeviceSpan {
    Instant from{};
    Instant until{};
    std::optional<model::Pseudonym> subject;
};

// The persons and device spans asked for lately, so that the pipeline does not wait for the database.
// Threads: any; one lock, never held over input or output. Who changes the database forgets here afterwards,
// under the lock of the database that also covers `keep`.
class SubjectCache {
public:
    // At most `capacity` persons and as many devices, of devices never more than 10,000.
    explicit SubjectCache(std::size_t capacity);

    std::optional<Subject> find(const crypto::Digest& lookup);
    std::optional<Subject> find(const model::Pseudonym& pseudonym);
    // Nothing: not known here. A nested nothing: nobody's at that time.
    std::optional<std::optional<Subject>> find(std::string_view device, Instant when);

    void keep(const Person& person);
    void keep(const crypto::Digest& lookup, const Person& person);
    void keep(std::string_view device, const DeviceSpan& span);
    // Whose devices were: beds and associations have changed.
    void forget_spans();
    void clear();

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };

    std::mutex mutex_;
    PersonMemory persons_;
    LruCache<std::string, DeviceSpan, Hash, std::equal_to<>> spans_;
};

}  // namespace edgeward::vault
