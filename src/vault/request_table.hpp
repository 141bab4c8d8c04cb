#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/time.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/vault/erasure_register.hpp>

namespace edgeward::vault {

// The table erasure_requests. What changes rows runs in the caller's transaction. Threads: the connection's.
class RequestTable {
public:
    static Result<RequestTable> prepare(database::Connection& database);

    Result<std::uint64_t> add(const model::Pseudonym& subject, std::string_view reason,
                              std::string_view actor, Instant now);
    Result<std::vector<ErasureRequest>> all();
    // invalid_input: there is none of that number.
    Result<ErasureRequest> one(std::uint64_t number);
    Result<void> approve(std::uint64_t number, bool gives_up, std::string_view actor, Instant now);
    // The subject is forgotten: it is not needed any more.
    Result<void> reject(std::uint64_t number, std::string_view reason, std::string_view actor, Instant now);
    Result<void> note(std::uint64_t number, const ErasureJournal& journal);
    Result<std::optional<ErasureJournal>> journal(std::uint64_t number);
    Result<void> finish(std::uint64_t number, std::string_view certificate);
    // Empty: there is none yet.
    Result<std::string> certificate(std::uint64_t number);

private:
    RequestTable() = default;
    Result<std::string> text_of(database::Statement& select, std::uint64_t number);
    database::Statement insert_;
    database::Statement select_all_;
    database::Statement select_one_;
    database::Statement approve_;
    database::Statement reject_;
    database::Statement note_;
    database::Statement select_journal_;
    database::Statement finish_;
    database::Statement select_certificate_;
};

// "subject " and "held " lines, an empty line, and the certificate's lines (docs/vault-format.md).
std::string journal_text(const ErasureJournal& journal);
// corrupt: not that.
Result<ErasureJournal> parse_journal(std::string_view text);

}  // namespace edgeward::vault
