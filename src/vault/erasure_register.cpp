// What SqlcipherVault does as an ErasureRegister, and erasing itself.

#include <algorithm>

#include "identity_codec.hpp"
#include "sqlcipher_vault.hpp"
#include "transaction.hpp"

namespace edgeward::vault {
namespace {

tl::unexpected<Error> unknown_person() {
    return failure(ErrorKind::invalid_input, "the vault has no such person: erased or never known");
}

std::string request_named(std::uint64_t number) {
    return "request " + std::to_string(number);
}

// Ledger entries of this request, in the order of its pseudonyms.
void note_entries(const ErasureLedger& ledger, std::size_t from, const Fingerprinter& fingerprinter,
                  ErasureCertificate& draft) {
    draft.ledger.clear();
    draft.control =
        fingerprinter.mark_of(ByteView(ledger.entries().back().link).first(Fingerprinter::window));
    for (std::size_t i = from; i < ledger.entries().size(); ++i) {
        const auto& entry = ledger.entries()[i];
        draft.ledger.push_back({entry.number, entry.link});
        draft.time = entry.time;
    }
}

}  // namespace

Result<std::vector<model::Pseudonym>> SqlcipherVault::family_of(const model::Pseudonym& subject) {
    auto family = tables_.persons.family_of(subject);
    if (family && family->empty()) return unknown_person();
    return family;
}

ErasureLedger SqlcipherVault::ledger_with(const std::vector<model::Pseudonym>& family,
                                          const model::Pseudonym& last) const {
    ErasureLedger next = erasing_.ledger;
    for (const auto& other : family) {
        if (other != last) static_cast<void>(next.append(other, clock_.now(), erasing_.marks));
    }
    static_cast<void>(next.append(last, clock_.now(), erasing_.marks));
    return next;
}

Result<void> SqlcipherVault::carry_out(ErasureLedger ledger) {
    if (auto saved = ledger.save(erasing_.folder); !saved) return saved;
    erasing_.ledger = std::move(ledger);
    const auto removed = catch_up();
    erasing_.gone.clear();  // only an opening has to tell
    cache_.clear();
    identities_.forget();
    secrets_.forget();
    dictionary_.forget();
    if (!removed) return failure(removed.error());
    return {};
}

Result<Erasure> SqlcipherVault::erase(const model::Pseudonym& pseudonym) {
    const std::lock_guard lock(database_mutex_);
    if (const auto caught_up = catch_up(); !caught_up) return failure(caught_up.error());
    const auto family = family_of(pseudonym);
    if (!family) return failure(family.error());
    if (auto done = carry_out(ledger_with(*family, pseudonym)); !done)
        return failure(std::move(done.error()));
    return erasing_.ledger.entries().back();
}

Result<model::Pseudonym> SqlcipherVault::find_person(const model::PatientIdentifier& identifier) {
    if (auto fine = check_identifier(identifier); !fine) return failure(std::move(fine.error()));
    const std::lock_guard lock(database_mutex_);
    const auto person = tables_.persons.find(identifier);
    if (!person) return failure(person.error());
    if (!*person) return unknown_person();
    return (*person)->subject.pseudonym;
}

Result<std::vector<LegalHold>> SqlcipherVault::holds_of(const std::vector<model::Pseudonym>& family) {
    std::vector<LegalHold> all;
    for (const auto& subject : family) {
        auto some = tables_.holds.of(subject);
        if (!some) return some;
        all.insert(all.end(), some->begin(), some->end());
    }
    return all;
}

Result<PersonExtent> SqlcipherVault::extent_of(const model::Pseudonym& subject) {
    const std::lock_guard lock(database_mutex_);
    auto family = family_of(subject);
    if (!family) return failure(std::move(family.error()));
    PersonExtent extent;
    for (const auto& one : *family) {
        if (auto counted = tables_.extents.count(one, extent.counts); !counted)
            return failure(std::move(counted.error()));
    }
    auto holds = holds_of(*family);
    if (!holds) return failure(std::move(holds.error()));
    extent.holds = *std::move(holds);
    extent.subjects = *std::move(family);
    return extent;
}

Result<PersonFinder> SqlcipherVault::finder_of(const model::Pseudonym& subject) {
    const std::lock_guard lock(database_mutex_);
    const auto family = family_of(subject);
    if (!family) return failure(family.error());
    std::vector<model::Identity> identities;
    for (const auto& one : *family) {
        auto identity = tables_.persons.own_identity_of(one);
        if (!identity) return failure(std::move(identity.error()));
        identities.push_back(*std::move(identity));
    }
    return PersonFinder(identities);
}

Result<void> SqlcipherVault::refuse_when_held(const model::Pseudonym& subject) {
    const auto family = family_of(subject);
    if (!family) return failure(family.error());
    const auto holds = holds_of(*family);
    if (!holds) return failure(holds.error());
    for (const auto& hold : *holds) {
        if (!hold.in_force(clock_.now())) continue;
        return failure(ErrorKind::denied,
                       "legal hold " + std::to_string(hold.id) +
                           " forbids to erase the person: " + hold.reason +
                           (hold.until ? " until " + to_rfc3339(*hold.until) : ", until it is released"));
    }
    return {};
}

// The first one that still names the person and is in one of these states; nothing: none.
Result<std::optional<ErasureRequest>> SqlcipherVault::request_about(
    const model::Pseudonym& subject, std::initializer_list<ErasureState> states) {
    const auto family = family_of(subject);
    if (!family) return failure(family.error());
    auto requests = tables_.requests.all();
    if (!requests) return failure(std::move(requests.error()));
    for (auto& request : *requests) {
        const bool theirs = request.subject && std::ranges::find(*family, *request.subject) != family->end();
        if (theirs && std::ranges::find(states, request.state) != states.end()) return std::move(request);
    }
    return std::nullopt;
}

Result<std::int64_t> SqlcipherVault::set_hold(const model::Pseudonym& subject, std::string_view reason,
                                              std::optional<Instant> until, std::string_view actor) {
    if (auto fine = expect_one_of(hold_reasons, reason, "reason"); !fine)
        return failure(std::move(fine.error()));
    if (until && *until <= clock_.now())
        return failure(ErrorKind::invalid_input, "until: expected a time that is still to come");
    const std::lock_guard lock(database_mutex_);
    return in_transaction(tables_.database, [&]() -> Result<std::int64_t> {
        const auto person = tables_.persons.find(subject);
        if (!person) return failure(person.error());
        if (!*person) return unknown_person();
        const auto request = request_about(subject, {ErasureState::approved});
        if (!request) return failure(request.error());
        if (*request)
            return failure(ErrorKind::denied,
                           "the person is being erased: " + request_named((*request)->number));
        auto id = tables_.holds.set((*person)->id, reason, until, actor, clock_.now());
        if (!id) return id;
        return leave_record(actor, audit::Action::legal_hold_changed, "set hold " + std::to_string(*id),
                            subject, reason)
            .map([&] { return *id; });
    });
}

Result<void> SqlcipherVault::release_hold(std::int64_t id, std::string_view actor) {
    const std::lock_guard lock(database_mutex_);
    return tables_.database.transaction([&]() -> Result<void> {
        const auto released = tables_.holds.release(id, actor, clock_.now());
        if (!released) return failure(released.error());
        return leave_record(actor, audit::Action::legal_hold_changed, "release hold " + std::to_string(id),
                            released->subject, released->reason);
    });
}

Result<std::uint64_t> SqlcipherVault::request_erasure(const model::Pseudonym& subject,
                                                      std::string_view reason, std::string_view actor) {
    if (auto fine = expect_one_of(erasure_reasons, reason, "reason"); !fine)
        return failure(std::move(fine.error()));
    const std::lock_guard lock(database_mutex_);
    return in_transaction(tables_.database, [&]() -> Result<std::uint64_t> {
        if (auto free = refuse_when_held(subject); !free) return failure(std::move(free.error()));
        const auto request = request_about(subject, {ErasureState::open, ErasureState::approved});
        if (!request) return failure(request.error());
        if (*request)
            return failure(ErrorKind::invalid_input, "erasure " + request_named((*request)->number) +
                                                         " of this person is there already: " +
                                                         std::string(name_of((*request)->state)));
        auto number = tables_.requests.add(subject, reason, actor, clock_.now());
        if (!number) return number;
        return leave_record(actor, audit::Action::erasure_requested, request_named(*number), subject, reason)
            .map([&] { return *number; });
    });
}

Result<std::vector<ErasureRequest>> SqlcipherVault::erasure_requests() {
    const std::lock_guard lock(database_mutex_);
    return tables_.requests.all();
}

Result<ErasureRequest> SqlcipherVault::erasure_request(std::uint64_t number) {
    const std::lock_guard lock(database_mutex_);
    return tables_.requests.one(number);
}

Result<ErasureRequest> SqlcipherVault::request_in(std::uint64_t number, ErasureState state) {
    auto request = tables_.requests.one(number);
    if (!request || request->state == state) return request;
    return failure(ErrorKind::invalid_input, request_named(number) + " is " +
                                                 std::string(name_of(request->state)) + ", not " +
                                                 std::string(name_of(state)));
}

Result<void> SqlcipherVault::approve_erasure(std::uint64_t number, bool gives_up, std::string_view actor) {
    const std::lock_guard lock(database_mutex_);
    return tables_.database.transaction([&]() -> Result<void> {
        const auto request = request_in(number, ErasureState::open);
        if (!request) return failure(request.error());
        if (!request->subject) return failure(ErrorKind::corrupt, "an open erasure request names nobody");
        if (auto free = refuse_when_held(*request->subject); !free) return free;
        if (auto done = tables_.requests.approve(number, gives_up, actor, clock_.now()); !done) return done;
        return leave_record(actor, audit::Action::erasure_approved,
                            request_named(number) + (gives_up ? ", gives up what is undelivered" : ""),
                            request->subject, request->reason);
    });
}

Result<void> SqlcipherVault::reject_erasure(std::uint64_t number, std::string_view reason,
                                            std::string_view actor) {
    if (auto fine = expect_one_of(rejection_reasons, reason, "reason"); !fine) return fine;
    const std::lock_guard lock(database_mutex_);
    return tables_.database.transaction([&]() -> Result<void> {
        const auto request = request_in(number, ErasureState::open);
        if (!request) return failure(request.error());
        if (auto done = tables_.requests.reject(number, reason, actor, clock_.now()); !done) return done;
        return leave_record(actor, audit::Action::erasure_rejected, request_named(number), request->subject,
                            reason);
    });
}

// The vault forgot the person before: in an earlier attempt, whose journal is there, or because an older file
// was put back and the ledger carried out.
Result<ErasureJournal> SqlcipherVault::forgotten_before(const ErasureRequest& request,
                                                        const Fingerprinter& fingerprinter,
                                                        ErasureJournal fresh) {
    auto noted = tables_.requests.journal(request.number);
    if (!noted) return failure(std::move(noted.error()));
    if (*noted && !(*noted)->draft.ledger.empty()) return **std::move(noted);
    const auto mark = erasing_.marks.of(*request.subject);
    const auto& entries = erasing_.ledger.entries();
    const auto known = std::ranges::find(entries, mark, &Erasure::mark);
    if (known == entries.end())
        return failure(ErrorKind::corrupt,
                       "the person of an erasure request is gone without an entry in the ledger");
    fresh.subjects = {*request.subject};
    fresh.draft.ledger = {{known->number, known->link}};
    fresh.draft.time = known->time;
    fresh.draft.control = fingerprinter.mark_of(ByteView(known->link).first(Fingerprinter::window));
    return tables_.requests.note(request.number, fresh).map([&] { return fresh; });
}

Result<ErasureJournal> SqlcipherVault::forget_person(std::uint64_t number, ErasureCertificate draft,
                                                     const std::vector<std::uint64_t>& held,
                                                     const Fingerprinter& fingerprinter) {
    const std::lock_guard lock(database_mutex_);
    if (const auto caught_up = catch_up(); !caught_up) return failure(caught_up.error());
    const auto request = request_in(number, ErasureState::approved);
    if (!request) return failure(request.error());
    if (!request->subject) return failure(ErrorKind::corrupt, "an approved erasure request names nobody");
    auto family = tables_.persons.family_of(*request->subject);
    if (!family) return failure(std::move(family.error()));
    ErasureJournal journal{{}, held, std::move(draft)};
    if (family->empty()) return forgotten_before(*request, fingerprinter, std::move(journal));
    std::stable_partition(family->begin(), family->end(),
                          [&](const auto& one) { return one != *request->subject; });
    ErasureLedger next = ledger_with(*family, *request->subject);
    note_entries(next, erasing_.ledger.size(), fingerprinter, journal.draft);
    for (const auto& one : *family) {
        if (auto done = tables_.extents.count(one, journal.draft.erased); !done)
            return failure(std::move(done.error()));
        const auto cells = tables_.extents.cells(one);
        if (!cells) return failure(cells.error());
        fingerprinter.add(*cells, journal.draft.fingerprints);
    }
    journal.subjects = *std::move(family);
    // On disk before anything is destroyed.
    auto noted = tables_.database.transaction([&] { return tables_.requests.note(number, journal); });
    if (!noted) return failure(std::move(noted.error()));
    return carry_out(std::move(next)).map([&] { return std::move(journal); });
}

Result<std::optional<ErasureJournal>> SqlcipherVault::erasure_journal(std::uint64_t number) {
    const std::lock_guard lock(database_mutex_);
    return tables_.requests.journal(number);
}

Result<void> SqlcipherVault::note_erasure(std::uint64_t number, const ErasureJournal& journal) {
    const std::lock_guard lock(database_mutex_);
    const auto request = request_in(number, ErasureState::approved);
    if (!request) return failure(request.error());
    return tables_.database.transaction([&] { return tables_.requests.note(number, journal); });
}

Result<void> SqlcipherVault::leave_no_trace() {
    const std::lock_guard lock(database_mutex_);
    if (auto built = tables_.database.rebuild(); !built) return built;
    return tables_.database.checkpoint();
}

Result<void> SqlcipherVault::finish_erasure(std::uint64_t number, std::string_view certificate) {
    const std::lock_guard lock(database_mutex_);
    return tables_.database.transaction([&]() -> Result<void> {
        const auto request = request_in(number, ErasureState::approved);
        if (!request) return failure(request.error());
        const auto journal = tables_.requests.journal(number);
        if (!journal) return failure(journal.error());
        if (!*journal) return failure(ErrorKind::corrupt, "an erasure without a journal cannot be done");
        audit::Event event;
        event.actor = "gateway";
        event.action = audit::Action::person_erased;
        event.object = request_named(number);
        event.rule = request->reason;
        const auto& entries = (*journal)->draft.ledger;
        for (std::size_t i = 0; i < entries.size(); ++i) {
            event.subject = (*journal)->subjects.at(i);
            event.details = entries[i].link;
            if (auto left = tables_.changes.add(event, clock_.now()); !left) return left;
        }
        event.action = audit::Action::erasure_certified;
        event.subject.reset();
        event.details = crypto::sha256(bytes_of(certificate));
        if (auto left = tables_.changes.add(event, clock_.now()); !left) return left;
        return tables_.requests.finish(number, certificate);
    });
}

std::optional<PersonFinder> SqlcipherVault::take_replayed_persons() {
    const std::lock_guard lock(database_mutex_);
    if (erasing_.gone.empty()) return std::nullopt;
    return PersonFinder(std::exchange(erasing_.gone, {}));
}

Result<std::string> SqlcipherVault::erasure_certificate(std::uint64_t number) {
    const std::lock_guard lock(database_mutex_);
    auto text = tables_.requests.certificate(number);
    if (text && text->empty())
        return failure(ErrorKind::invalid_input,
                       request_named(number) + " has no certificate: it is not done");
    return text;
}

}  // namespace edgeward::vault
