#include "recipients.hpp"

#include <algorithm>
#include <map>
#include <sstream>

namespace edgeward::app {
namespace {

using delivery::DestinationSettings;
using nlohmann::json;

constexpr std::string_view prefix = "destination:";
// So much is looked at while deliveries wait for the reader.
constexpr std::size_t records_at_once = 20'000;
constexpr std::size_t reports_at_once = 5'000;

using ByDestination = std::map<std::string, Recipient>;

// "pseudonymous research consent"; older records have the level alone.
void take_words(const std::string& words, const std::vector<DestinationSettings>& configured,
                Recipient& into) {
    std::istringstream in(words);
    std::string level;
    std::string purpose;
    std::string basis;
    in >> level >> purpose >> basis;
    const auto now = std::find_if(configured.begin(), configured.end(),
                                  [&](const auto& one) { return one.name == into.destination; });
    if (purpose.empty() && now != configured.end()) {
        purpose = model::name_of(now->purpose);
        basis = now->legal_basis;
    }
    into.levels.insert(level);
    if (!purpose.empty()) into.purposes.insert(purpose);
    if (!basis.empty()) into.legal_bases.insert(basis);
}

void take_record(Instant time, const audit::Event& event, const std::vector<DestinationSettings>& configured,
                 ByDestination& into) {
    if (event.action != audit::Action::disclosed || !event.actor.starts_with(prefix)) return;
    const auto name = event.actor.substr(prefix.size());
    auto [place, fresh] = into.try_emplace(name);
    Recipient& recipient = place->second;
    recipient.destination = name;
    if (fresh) recipient.first = time;
    recipient.first = std::min(recipient.first, time);
    recipient.last = std::max(recipient.last, time);
    recipient.reports += event.count;
    take_words(event.object, configured, recipient);
}

void add(const store::StoreReader::Acknowledgements& some, store::StoreReader::Acknowledgements& to) {
    to.first = to.reports == 0 ? some.first : std::min(to.first, some.first);
    to.last = to.reports == 0 ? some.last : std::max(to.last, some.last);
    to.reports += some.reports;
}

Result<void> take_log(store::StoreReader& reader, const model::Pseudonym& subject,
                      const std::vector<DestinationSettings>& configured, ByDestination& into) {
    std::uint64_t after = 0;
    do {
        const auto looked = reader.records_about(
            subject, after, records_at_once,
            [&](Instant time, const audit::Event& event) { take_record(time, event, configured, into); });
        if (!looked) return failure(looked.error());
        after = *looked;
    } while (after != 0);
    return {};
}

Result<void> take_acknowledgements(store::StoreReader& reader, const model::Pseudonym& subject,
                                   ByDestination& into) {
    std::uint64_t after = 0;
    do {
        const auto found = reader.deliveries_of(subject, after, reports_at_once);
        if (!found) return failure(found.error());
        for (const auto& [name, some] : found->by_destination) {
            // A destination without a person (level technical) has no record of a disclosure.
            const auto known = into.find(name);
            if (known != into.end()) add(some, known->second.acknowledged);
        }
        after = found->looked_to;
    } while (after != 0);
    return {};
}

}  // namespace

Result<std::vector<Recipient>> recipients_of(store::StoreReader& reader,
                                             const std::vector<model::Pseudonym>& subjects,
                                             const std::vector<DestinationSettings>& configured,
                                             std::optional<model::Purpose> purpose) {
    ByDestination all;
    for (const auto& subject : subjects) {
        if (auto taken = take_log(reader, subject, configured, all); !taken)
            return failure(std::move(taken.error()));
        if (all.empty()) continue;
        if (auto taken = take_acknowledgements(reader, subject, all); !taken)
            return failure(std::move(taken.error()));
    }
    std::vector<Recipient> made;
    for (auto& [name, recipient] : all) {
        const bool wanted = !purpose || recipient.purposes.empty() ||
                            recipient.purposes.contains(std::string(model::name_of(*purpose)));
        if (wanted) made.push_back(std::move(recipient));
    }
    return made;
}

json json_of(const Recipient& recipient) {
    json acknowledged = {{"reports", recipient.acknowledged.reports}};
    const bool any = recipient.acknowledged.reports > 0;
    acknowledged["first"] = any ? json(to_rfc3339(recipient.acknowledged.first)) : json(nullptr);
    acknowledged["last"] = any ? json(to_rfc3339(recipient.acknowledged.last)) : json(nullptr);
    return {{"destination", recipient.destination}, {"purposes", recipient.purposes},
            {"levels", recipient.levels},           {"legal_bases", recipient.legal_bases},
            {"reports", recipient.reports},         {"first", to_rfc3339(recipient.first)},
            {"last", to_rfc3339(recipient.last)},   {"acknowledged", std::move(acknowledged)}};
}

}  // namespace edgeward::app
