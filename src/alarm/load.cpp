#include <utility>

#include <edgeward/alarm/rule.hpp>
#include <edgeward/core/file.hpp>
#include <edgeward/core/folder.hpp>

#include "rule_reader.hpp"

namespace edgeward::alarm {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_file = std::size_t{1} << 20U;
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
        const auto problems = document.problems();
        loaded_.problems.insert(loaded_.problems.end(), problems.begin(), problems.end());
    }

    void refuse(const fs::path& path, std::string text) {
        loaded_.problems.push_back({path.string(), 0, 0, {}, std::move(text)});
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

LoadedRules load_rules(const fs::path& folder) {
    Collection collection;
    const auto files = files_in(folder, ".toml");
    if (!files)
        collection.refuse(folder, "expected a readable folder of alarm rules: " + files.error().message);
    for (const fs::path& file : files.value_or(std::vector<fs::path>())) {
        const auto text = read_file(file, largest_file);
        if (text)
            collection.add(*text, file.string());
        else
            collection.refuse(file, "expected a readable file of at most 1 MiB: " + text.error().message);
    }
    return collection.finish();
}

LoadedRules parse_rules(std::string_view toml, std::string name) {
    Collection collection;
    collection.add(toml, std::move(name));
    return collection.finish();
}

}  // namespace edgeward::alarm
