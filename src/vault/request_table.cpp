#include "request_table.hpp"

#include <edgeward/pseudonym/pseudonymizer.hpp>

#include <charconv>

#include "prepared.hpp"

namespace edgeward::vault {
namespace {

constexpr const char* columns =
    "SELECT number, state, subject, reason, requested_at, requested_by, decided_at, decided_by, rejection, "
    "gives_up FROM erasure_requests ";

Result<ErasureRequest> request_in(const database::Statement& row) {
    ErasureRequest request;
    request.number = static_cast<std::uint64_t>(row.integer(0));
    request.state = static_cast<ErasureState>(row.integer(1));
    if (!row.is_null(2)) {
        const auto subject = subject_in(row, 2);
        if (!subject) return failure(subject.error());
        request.subject = *subject;
    }
    request.reason = row.text(3);
    request.requested = instant_of(row.integer(4));
    request.requester = row.text(5);
    request.decided = time_in(row, 6);
    request.decider = row.text(7);
    request.rejection = row.text(8);
    request.gives_up = row.integer(9) != 0;
    return request;
}

Result<void> done(const Result<std::int64_t>& ran) {
    if (!ran) return failure(ran.error());
    return {};
}

std::int64_t signed_of(std::uint64_t number) {
    return static_cast<std::int64_t>(number);
}

constexpr std::string_view subject_word = "subject ";
constexpr std::string_view held_word = "held ";

}  // namespace

std::string_view name_of(ErasureState state) noexcept {
    switch (state) {
        case ErasureState::open:
            return "open";
        case ErasureState::rejected:
            return "rejected";
        case ErasureState::approved:
            return "approved";
        case ErasureState::done:
            return "done";
    }
    return "unknown";
}

Result<RequestTable> RequestTable::prepare(database::Connection& database) {
    RequestTable table;
    const std::string all = std::string(columns) + "ORDER BY number";
    const std::string one = std::string(columns) + "WHERE number = ?1";
    auto prepared = prepare_all(
        database,
        {{table.insert_,
          "INSERT INTO erasure_requests(state, subject, reason, requested_at, requested_by, gives_up) "
          "VALUES(1, ?1, ?2, ?3, ?4, 0) RETURNING number"},
         {table.select_all_, all},
         {table.select_one_, one},
         {table.approve_,
          "UPDATE erasure_requests SET state = 3, gives_up = ?2, decided_at = ?3, decided_by = ?4 "
          "WHERE number = ?1"},
         {table.reject_,
          "UPDATE erasure_requests SET state = 2, rejection = ?2, decided_at = ?3, decided_by = ?4, "
          "subject = NULL WHERE number = ?1"},
         {table.note_, "UPDATE erasure_requests SET journal = ?2 WHERE number = ?1"},
         {table.select_journal_, "SELECT journal FROM erasure_requests WHERE number = ?1"},
         {table.finish_,
          "UPDATE erasure_requests SET state = 4, subject = NULL, journal = NULL, certificate = ?2 "
          "WHERE number = ?1"},
         {table.select_certificate_, "SELECT certificate FROM erasure_requests WHERE number = ?1"}});
    if (!prepared) return failure(std::move(prepared.error()));
    return table;
}

Result<std::uint64_t> RequestTable::add(const model::Pseudonym& subject, std::string_view reason,
                                        std::string_view actor, Instant now) {
    const ResetAtEnd reset(insert_);
    const auto row = insert_.bind(1, ByteView(subject.octets()))
                         .bind(2, reason)
                         .bind(3, count_of(now))
                         .bind(4, actor)
                         .step();
    if (!row) return failure(row.error());
    return static_cast<std::uint64_t>(insert_.integer(0));
}

Result<std::vector<ErasureRequest>> RequestTable::all() {
    const ResetAtEnd reset(select_all_);
    std::vector<ErasureRequest> requests;
    auto row = select_all_.step();
    for (; row && *row; row = select_all_.step()) {
        auto request = request_in(select_all_);
        if (!request) return failure(std::move(request.error()));
        requests.push_back(*std::move(request));
    }
    if (!row) return failure(std::move(row.error()));
    return requests;
}

Result<ErasureRequest> RequestTable::one(std::uint64_t number) {
    const ResetAtEnd reset(select_one_);
    const auto row = select_one_.bind(1, signed_of(number)).step();
    if (!row) return failure(row.error());
    if (!*row) return failure(ErrorKind::invalid_input, "there is no erasure request of that number");
    return request_in(select_one_);
}

Result<void> RequestTable::approve(std::uint64_t number, bool gives_up, std::string_view actor, Instant now) {
    return done(approve_.bind(1, signed_of(number))
                    .bind(2, std::int64_t{gives_up ? 1 : 0})
                    .bind(3, count_of(now))
                    .bind(4, actor)
                    .run());
}

Result<void> RequestTable::reject(std::uint64_t number, std::string_view reason, std::string_view actor,
                                  Instant now) {
    return done(
        reject_.bind(1, signed_of(number)).bind(2, reason).bind(3, count_of(now)).bind(4, actor).run());
}

Result<void> RequestTable::note(std::uint64_t number, const ErasureJournal& journal) {
    const std::string text = journal_text(journal);
    return done(note_.bind(1, signed_of(number)).bind(2, std::string_view(text)).run());
}

Result<std::string> RequestTable::text_of(database::Statement& select, std::uint64_t number) {
    const ResetAtEnd reset(select);
    const auto row = select.bind(1, signed_of(number)).step();
    if (!row) return failure(row.error());
    if (!*row) return failure(ErrorKind::invalid_input, "there is no erasure request of that number");
    return std::string(select.text(0));
}

Result<std::optional<ErasureJournal>> RequestTable::journal(std::uint64_t number) {
    const auto text = text_of(select_journal_, number);
    if (!text) return failure(text.error());
    if (text->empty()) return std::nullopt;
    return parse_journal(*text);
}

Result<void> RequestTable::finish(std::uint64_t number, std::string_view certificate) {
    return done(finish_.bind(1, signed_of(number)).bind(2, certificate).run());
}

Result<std::string> RequestTable::certificate(std::uint64_t number) {
    return text_of(select_certificate_, number);
}

std::string journal_text(const ErasureJournal& journal) {
    std::string text;
    for (const auto& subject : journal.subjects)
        text.append(subject_word).append(to_hex(subject.octets())).append("\n");
    for (const auto id : journal.held)
        text.append(held_word).append(std::to_string(id)).append("\n");
    return text.append("\n").append(body_of(journal.draft));
}

Result<ErasureJournal> parse_journal(std::string_view text) {
    const auto broken = failure(ErrorKind::corrupt, "the journal of an erasure cannot be read");
    ErasureJournal journal;
    for (;;) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) return broken;
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end + 1);
        if (line.empty()) break;
        if (line.starts_with(subject_word)) {
            Bytes octets;
            if (!from_hex(line.substr(subject_word.size()), octets)) return broken;
            const auto subject = pseudonym::recall(octets);
            if (!subject) return broken;
            journal.subjects.push_back(*subject);
        } else if (line.starts_with(held_word)) {
            line.remove_prefix(held_word.size());
            std::uint64_t id = 0;
            const auto read = std::from_chars(line.data(), line.data() + line.size(), id);
            if (read.ec != std::errc{} || read.ptr != line.data() + line.size()) return broken;
            journal.held.push_back(id);
        } else {
            return broken;
        }
    }
    auto draft = parse_certificate_body(text);
    if (!draft) return broken;
    journal.draft = *std::move(draft);
    return journal;
}

}  // namespace edgeward::vault
