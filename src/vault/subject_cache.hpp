#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <edgeward/vault/identity_vault.hpp>

#include "lru_cache.hpp"
#include "pseudonym_hash.hpp"

namespace edgeward::vault {

// Whose a device was from `from` until before `until`: one person's, or nobody's.
struct DeviceSpan {
    Instant from{};
    Instant until{};
    std::optional<model::Pseudonym> subject;
};

// The persons and device spans asked for lately, so that the pipeline does not wait for the database. Holds
// identifiers in memory only and overwrites them when they leave.
// Threads: any; one lock, never held over input or output. Who changes the database forgets here afterwards,
// under the lock of the database that also covers `keep`.
class SubjectCache {
public:
    explicit SubjectCache(std::size_t capacity);

    std::optional<Subject> find(const model::PatientIdentifier& identifier);
    std::optional<Subject> find(const model::Pseudonym& pseudonym);
    // Nothing: not known here. A nested nothing: nobody's at that time.
    std::optional<std::optional<Subject>> find(std::string_view device, Instant when);

    void keep(const Subject& subject);
    void keep(const model::PatientIdentifier& identifier, const Subject& subject);
    void keep(std::string_view device, const DeviceSpan& span);
    // Whose devices were: beds and associations have changed.
    void forget_spans();
    void clear();

private:
    struct Identifier {
        explicit Identifier(const model::PatientIdentifier& from)
            : authority(from.authority), value(from.value) {}
        Identifier(Identifier&&) noexcept = default;
        Identifier& operator=(Identifier&&) noexcept = default;
        Identifier(const Identifier&) = delete;
        Identifier& operator=(const Identifier&) = delete;
        ~Identifier();
        std::string authority;
        std::string value;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(const Identifier& key) const { return of(key.authority, key.value); }
        std::size_t operator()(const model::PatientIdentifier& key) const {
            return of(key.authority, key.value);
        }
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
        std::size_t operator()(const model::Pseudonym& pseudonym) const noexcept {
            return PseudonymHash()(pseudonym);
        }

    private:
        static std::size_t of(std::string_view authority, std::string_view value) {
            const std::hash<std::string_view> hash;
            return hash(value) * 31 + hash(authority);
        }
    };
    struct Equal {
        using is_transparent = void;
        template <typename Left, typename Right>
        bool operator()(const Left& left, const Right& right) const {
            if constexpr (requires { left.authority, right.authority; }) {
                return left.value == right.value && left.authority == right.authority;
            } else {
                return left == right;
            }
        }
    };

    std::mutex mutex_;
    LruCache<Identifier, Subject, Hash, Equal> by_identifier_;
    LruCache<model::Pseudonym, Subject, Hash, Equal> by_pseudonym_;
    LruCache<std::string, DeviceSpan, Hash, Equal> spans_;
};

}  // namespace edgeward::vault
