#include "recipients.hpp"

#include <algorithm>
#include <map>
#include <sstream>

namespace edgeward::app {
namespace {

using delivery::DestinationSettings;
using nlohmann::json;

constexpr std::string_view prefix = "destination:";
constexpr std::string_view alarm_prefix = "target:";
// So much is looked at while deliveries wait for the reader.
constexpr std::size_t records_at_once = 20'000;

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

template <typename Counted>
void count(Instant time, std::uint64_t reports, Counted& into) {
    into.first = into.reports == 0 ? time : std::min(into.first, time);
    into.last = into.reports == 0 ? time : std::max(into.last, time);
    into.reports += reports;
}

// Of "<alarm> <sequence> <step> pseudonymous treatment art9-2h" what comes behind the step.
std::string words_of_notice(const std::string& object) {
    std::size_t at = 0;
    for (int word = 0; word < 3 && at != std::string::npos; ++word)
        at = object.find(' ', at + 1);
    return at == std::string::npos ? std::string() : object.substr(at + 1);
}

void take_notice(Instant time, const audit::Event& event, ByDestination& into) {
    if (event.outcome != audit::Outcome::success || !event.actor.starts_with(alarm_prefix)) return;
    const auto name = "alarm target " + event.actor.substr(alarm_prefix.size());
    Recipient& recipient = into[name];
    recipient.destination = name;
    count(time, event.count, recipient);
    count(time, event.count, recipient.acknowledged);
    if (const auto words = words_of_notice(event.object); !words.empty()) take_words(words, {}, recipient);
}

void take_record(Instant time, const audit::Event& event, const std::vector<DestinationSettings>& configured,
                 ByDestination& into) {
    if (event.action == audit::Action::alarm_told) return take_notice(time, event, into);
    const bool disclosed = event.action == audit::Action::disclosed;
    if ((!disclosed && event.action != audit::Action::delivered) || !event.actor.starts_with(prefix)) return;
    const auto name = event.actor.substr(prefix.size());
    // A destination without a person (level technical) has no record of a disclosure.
    if (!disclosed && !into.contains(name)) return;
    Recipient& recipient = into[name];
    if (!disclosed) return count(time, event.count, recipient.acknowledged);
    recipient.destination = name;
    count(time, event.count, recipient);
    take_words(event.object, configured, recipient);
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

}  // namespace

Result<std::vector<Recipient>> recipients_of(store::StoreReader& reader,
                                             const std::vector<model::Pseudonym>& subjects,
                                             const std::vector<DestinationSettings>& configured,
                                             std::optional<model::Purpose> purpose) {
    ByDestination all;
    for (const auto& subject : subjects) {
        if (auto taken = take_log(reader, subject, configured, all); !taken)
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
