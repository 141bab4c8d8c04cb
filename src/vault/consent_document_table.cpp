#include "consent_document_table.hpp"

#include <algorithm>
#include <utility>

#include "consent_codec.hpp"
#include "prepared.hpp"

namespace edgeward::vault {
namespace {

void bind_or_null(database::Statement& statement, int parameter, const std::optional<crypto::Digest>& value) {
    if (value) {
        statement.bind(parameter, ByteView(*value));
    } else {
        statement.bind_null(parameter);
    }
}

Result<void> take_fingerprint(ByteView octets, crypto::Digest& into) {
    if (octets.size() != into.size())
        return failure(ErrorKind::corrupt, "a stored fingerprint has a wrong length");
    std::ranges::copy(octets, into.begin());
    return {};
}

}  // namespace

Result<ConsentDocumentTable> ConsentDocumentTable::prepare(database::Connection& database,
                                                           const crypto::KeyRing& keys) {
    auto seal = PersonSeal::make(keys);
    if (!seal) return failure(std::move(seal.error()));
    ConsentDocumentTable table(std::move(*seal));
    auto prepared = prepare_all(
        database,
        {// The id is its name only where one of the two versions has no identifier.
         {table.known_,
          "SELECT id, person, status, version, fingerprint FROM consent_documents "
          "WHERE by_identifier = ?1 AND superseded IS NULL UNION "
          "SELECT id, person, status, version, fingerprint FROM consent_documents "
          "WHERE by_id = ?2 AND superseded IS NULL AND (?1 IS NULL OR by_identifier IS NULL)"},
         {table.supersede_, "UPDATE consent_documents SET superseded = ?2 WHERE id = ?1"},
         {table.insert_,
          "INSERT INTO consent_documents(person, by_identifier, by_id, status, version, fingerprint, "
          "content, recorded) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id"},
         {table.insert_provision_,
          "INSERT INTO consent_provisions(document, code, permit, starts, ends) VALUES(?1, ?2, ?3, ?4, ?5)"},
         {table.deciding_,
          "SELECT d.id, v.code, v.permit, v.starts, v.ends FROM persons p "
          "LEFT JOIN merges m ON m.ended = p.id "
          "JOIN consent_documents d ON d.person = coalesce(m.survivor, p.id) "
          "JOIN consent_provisions v ON v.document = d.id "
          "WHERE p.subject = ?1 AND d.superseded IS NULL AND d.status = ?2 ORDER BY d.id"},
         {table.of_person_,
          "SELECT id, status, version, fingerprint, content, recorded, superseded FROM consent_documents "
          "WHERE person = ?1 ORDER BY id"},
         {table.provisions_of_,
          "SELECT code, permit, starts, ends FROM consent_provisions WHERE document = ?1 ORDER BY rowid"}});
    if (!prepared) return failure(std::move(prepared.error()));
    return table;
}

ConsentDocumentTable::Marks ConsentDocumentTable::marks_of(const model::ConsentDocument& document) const {
    Marks marks;
    if (!document.identifier.empty())
        marks.by_identifier = seal_.lookup({document.identifier, "consent identifier", {}});
    if (!document.id.empty()) marks.by_id = seal_.lookup({document.id, "consent id", {}});
    return marks;
}

Result<std::vector<ConsentDocumentTable::Known>> ConsentDocumentTable::known_versions(const Marks& marks) {
    const ResetAtEnd reset(known_);
    bind_or_null(known_, 1, marks.by_identifier);
    bind_or_null(known_, 2, marks.by_id);
    std::vector<Known> all;
    auto row = known_.step();
    for (; row && *row; row = known_.step()) {
        Known one;
        one.id = known_.integer(0);
        one.person = known_.integer(1);
        one.status = static_cast<model::ConsentStatus>(known_.integer(2));
        one.version = time_in(known_, 3);
        if (auto taken = take_fingerprint(known_.octets(4), one.fingerprint); !taken)
            return failure(std::move(taken.error()));
        all.push_back(one);
    }
    if (!row) return failure(std::move(row.error()));
    return all;
}

Result<ImportOutcome> ConsentDocumentTable::take(std::int64_t person, const model::ConsentDocument& document,
                                                 Instant now) {
    const Marks marks = marks_of(document);
    const Bytes whole = whole_document(document);
    const auto fingerprint = seal_.lookup({std::string(text_of(whole)), "consent document", {}});
    const auto known = known_versions(marks);
    if (!known) return failure(known.error());
    for (const Known& version : *known) {
        if (version.person != person && version.status == model::ConsentStatus::active)
            return failure(ErrorKind::invalid_input,
                           "the document is on record as active for another patient; give it an identifier "
                           "of its own, or import it as entered-in-error for that patient first");
        if (version.person == person && version.fingerprint == fingerprint) return ImportOutcome::unchanged;
        if (version.version && document.version && *version.version > *document.version)
            return ImportOutcome::older;
    }
    for (const Known& version : *known) {
        const auto done = supersede_.bind(1, version.id).bind(2, count_of(now)).run();
        if (!done) return failure(done.error());
    }
    if (auto inserted = insert(person, document, marks, fingerprint, now); !inserted)
        return failure(std::move(inserted.error()));
    return known->empty() ? ImportOutcome::recorded : ImportOutcome::replaced;
}

Result<void> ConsentDocumentTable::insert(std::int64_t person, const model::ConsentDocument& document,
                                          const Marks& marks, const crypto::Digest& fingerprint,
                                          Instant now) {
    const Bytes content = seal_.seal_document(fingerprint, encode_document(document).reveal());
    std::int64_t id = 0;
    {
        const ResetAtEnd reset(insert_);
        insert_.bind(1, person);
        bind_or_null(insert_, 2, marks.by_identifier);
        bind_or_null(insert_, 3, marks.by_id);
        insert_.bind(4, static_cast<std::int64_t>(document.status));
        bind_time(insert_, 5, document.version);
        insert_.bind(6, ByteView(fingerprint)).bind(7, ByteView(content)).bind(8, count_of(now));
        const auto row = insert_.step();
        if (!row) return failure(row.error());
        id = insert_.integer(0);
    }
    for (const auto& provision : document.provisions) {
        const auto inserted = insert_provision_.bind(1, id)
                                  .bind(2, std::int64_t{provision.code})
                                  .bind(3, provision.permit ? 1 : 0)
                                  .bind(4, count_of(provision.from))
                                  .bind(5, count_of(provision.until))
                                  .run();
        if (!inserted) return failure(inserted.error());
    }
    return {};
}

Result<policy::Consent> ConsentDocumentTable::at(const model::Pseudonym& subject, Instant now,
                                                 Instant measured) {
    const ResetAtEnd reset(deciding_);
    deciding_.bind(1, ByteView(subject.octets()))
        .bind(2, static_cast<std::int64_t>(model::ConsentStatus::active));
    std::vector<policy::Provisions> documents;
    std::int64_t document = 0;
    auto row = deciding_.step();
    for (; row && *row; row = deciding_.step()) {
        const auto code = static_cast<std::uint16_t>(deciding_.integer(1));
        if (!policy::decides(code)) continue;
        if (documents.empty() || document != deciding_.integer(0)) documents.emplace_back();
        document = deciding_.integer(0);
        documents.back().push_back({code, deciding_.integer(2) != 0, instant_of(deciding_.integer(3)),
                                    instant_of(deciding_.integer(4))});
    }
    if (!row) return failure(std::move(row.error()));
    return policy::broad_consent(documents, now, measured);
}

Result<void> ConsentDocumentTable::read_provisions(std::int64_t document,
                                                   std::vector<model::ConsentProvision>& into) {
    const ResetAtEnd reset(provisions_of_);
    auto row = provisions_of_.bind(1, document).step();
    for (; row && *row; row = provisions_of_.step()) {
        into.push_back({static_cast<std::uint16_t>(provisions_of_.integer(0)), provisions_of_.integer(1) != 0,
                        instant_of(provisions_of_.integer(2)), instant_of(provisions_of_.integer(3))});
    }
    if (!row) return failure(std::move(row.error()));
    return {};
}

Result<std::vector<RecordedDocument>> ConsentDocumentTable::of_person(std::int64_t person) {
    const ResetAtEnd reset(of_person_);
    std::vector<RecordedDocument> all;
    auto row = of_person_.bind(1, person).step();
    for (; row && *row; row = of_person_.step()) {
        RecordedDocument one;
        one.document.status = static_cast<model::ConsentStatus>(of_person_.integer(1));
        one.document.version = time_in(of_person_, 2);
        crypto::Digest fingerprint{};
        if (auto taken = take_fingerprint(of_person_.octets(3), fingerprint); !taken)
            return failure(std::move(taken.error()));
        const auto content = seal_.open_document(fingerprint, of_person_.octets(4));
        if (!content) return failure(content.error());
        if (auto read = decode_document(content->reveal(), one.document); !read)
            return failure(std::move(read.error()));
        one.recorded = instant_of(of_person_.integer(5));
        one.superseded = time_in(of_person_, 6);
        if (auto read = read_provisions(of_person_.integer(0), one.document.provisions); !read)
            return failure(std::move(read.error()));
        all.push_back(std::move(one));
    }
    if (!row) return failure(std::move(row.error()));
    return all;
}

}  // namespace edgeward::vault
