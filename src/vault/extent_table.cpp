#include "extent_table.hpp"

#include <string_view>

#include "prepared.hpp"

namespace edgeward::vault {
namespace {

constexpr std::array<std::string_view, 9> places{"persons",  "identifiers", "associations",
                                                 "consents", "visits",      "movements",
                                                 "stays",    "legal-holds", "restrictions"};

}  // namespace

Result<ExtentTable> ExtentTable::prepare(database::Connection& database) {
    ExtentTable table;
    auto prepared = prepare_all(
        database,
        {{table.counts_,
          "SELECT 1, (SELECT count(*) FROM identifiers WHERE person = p.id), "
          "(SELECT count(*) FROM associations WHERE person = p.id), "
          "(SELECT count(*) FROM consents WHERE person = p.id), "
          "(SELECT count(*) FROM visits WHERE person = p.id), "
          "(SELECT count(*) FROM movements m JOIN visits v ON v.id = m.visit WHERE v.person = p.id), "
          "(SELECT count(*) FROM stays s JOIN visits v ON v.id = s.visit WHERE v.person = p.id), "
          "(SELECT count(*) FROM holds WHERE person = p.id), "
          "(SELECT count(*) FROM restrictions WHERE person = p.id) FROM persons p WHERE p.subject = ?1"},
         {table.cells_[0], "SELECT secret, data_key, identity FROM persons WHERE subject = ?1"},
         {table.cells_[1],
          "SELECT lookup FROM identifiers WHERE person = (SELECT id FROM persons WHERE subject = ?1)"},
         // Another person's visit may have the same account.
         {table.cells_[2],
          "SELECT v.number, CASE WHEN EXISTS (SELECT 1 FROM visits o WHERE o.account = v.account AND "
          "o.person <> "
          "v.person) THEN NULL ELSE v.account END FROM visits v "
          "WHERE v.person = (SELECT id FROM persons WHERE subject = ?1)"},
         {table.cells_[3],
          "SELECT m.mark FROM movements m JOIN visits v ON v.id = m.visit "
          "WHERE v.person = (SELECT id FROM persons WHERE subject = ?1)"}});
    if (!prepared) return failure(std::move(prepared.error()));
    return table;
}

Result<void> ExtentTable::count(const model::Pseudonym& subject,
                                std::vector<ErasureCertificate::Count>& counts) {
    const ResetAtEnd reset(counts_);
    const auto row = counts_.bind(1, ByteView(subject.octets())).step();
    if (!row) return failure(row.error());
    if (!*row) return {};
    counts.resize(places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
        counts[i].place = places[i];
        counts[i].count += static_cast<std::uint64_t>(counts_.integer(static_cast<int>(i)));
    }
    return {};
}

Result<std::vector<Bytes>> ExtentTable::cells(const model::Pseudonym& subject) {
    constexpr std::array<int, 4> columns{3, 1, 2, 1};
    std::vector<Bytes> all;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
        const ResetAtEnd reset(cells_[i]);
        auto row = cells_[i].bind(1, ByteView(subject.octets())).step();
        for (; row && *row; row = cells_[i].step()) {
            for (int column = 0; column < columns[i]; ++column) {
                const ByteView octets = cells_[i].octets(column);
                if (!octets.empty()) all.emplace_back(octets.begin(), octets.end());
            }
        }
        if (!row) return failure(std::move(row.error()));
    }
    return all;
}

}  // namespace edgeward::vault
