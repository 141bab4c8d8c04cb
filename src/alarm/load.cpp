#include <utility>

#include <edgeward/alarm/rule.hpp>
#include <edgeward/config/rule_files.hpp>

#include "rule_reader.hpp"

namespace edgeward::alarm {
namespace {

constexpr std::size_t most_rules = 1000;

// Rules of several files on their way into one set.
class Collection {
public:
    void add(std::string_view text, const std::string& name) {
        auto document = config::Document::parse(text, name);
        digest_.add(crypto::sha256(bytes_of(text)));
        if (document.sound()) {
            for (auto& section : document.root().tables("rule"))
                take(section);
            document.refuse_unread_keys();
        }
        append(document.problems());
    }

    void append(const std::vector<config::Problem>& problems) {
        loaded_.problems.insert(loaded_.problems.end(), problems.begin(), problems.end());
    }

    LoadedRules finish() {
        if (loaded_.set.rules.size() > most_rules)
            loaded_.problems.push_back({{}, 0, 0, {}, "expected at most 1000 alarm rules"});
        loaded_.set.digest = digest_.finish();
        return std::move(loaded_);
    }

private:
    void take(config::Section& section) {
        auto rule = read_rule(section);
        if (!rule) return;
        const auto [known, fresh] = places_.try_emplace(rule->name, section.where("name"));
        if (fresh)
            loaded_.set.rules.push_back(*std::move(rule));
        else
            section.problem("name", "expected a name that no other rule has, got that of " + known->second);
    }

    std::map<std::string, std::string, std::less<>> places_;
    crypto::Sha256 digest_;
    LoadedRules loaded_;
};

}  // namespace

LoadedRules load_rules(const std::filesystem::path& folder) {
    Collection collection;
    collection.append(config::read_rule_files(
        folder, ".toml", "alarm rules",
        [&](const std::string& text, const std::string& name) { collection.add(text, name); }));
    return collection.finish();
}

LoadedRules parse_rules(std::string_view toml, const std::string& name) {
    Collection collection;
    collection.add(toml, name);
    return collection.finish();
}

}  // namespace edgeward::alarm
