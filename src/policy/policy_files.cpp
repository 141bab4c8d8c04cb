#include <edgeward/policy/policy_files.hpp>

#include <map>
#include <system_error>

#include <edgeward/core/file.hpp>
#include <edgeward/core/folder.hpp>

#include "policy_parser.hpp"
#include "validation.hpp"

namespace edgeward::policy {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_file = std::size_t{1} << 20U;
constexpr std::size_t most_policies = 1000;

// Policies of several files on their way into one set.
class Collection {
public:
    void add(std::string_view text, const std::string& file) {
        auto parsed = parse_policies(text, file);
        std::vector<config::Problem> problems = std::move(parsed.problems);
        for (auto& policy : parsed.policies) {
            append(problems, validate(policy, gateway_schema()));
            check_id(policy, problems);
            policies_.push_back(std::move(policy));
        }
        std::stable_sort(problems.begin(), problems.end(), [](const auto& left, const auto& right) {
            return std::pair(left.line, left.column) < std::pair(right.line, right.column);
        });
        append(loaded_.problems, std::move(problems));
        // The file's own digest, so that no text can move from one file to the next unseen.
        const auto digest = crypto::sha256(bytes_of(text));
        digest_.add(digest);
    }

    void refuse(const fs::path& path, std::string text) {
        loaded_.problems.push_back({path.string(), 0, 0, {}, std::move(text)});
    }

    LoadedPolicies take() {
        if (policies_.size() > most_policies) {
            refuse(policies_.back().file, "expected at most " + std::to_string(most_policies) +
                                              " policies, got " + std::to_string(policies_.size()));
        }
        if (loaded_.problems.empty()) loaded_.decider = Decider(std::move(policies_), digest_.finish());
        return std::move(loaded_);
    }

private:
    static void append(std::vector<config::Problem>& to, std::vector<config::Problem> from) {
        to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    }

    void check_id(const Policy& policy, std::vector<config::Problem>& problems) {
        const std::string place = policy.file + ':' + std::to_string(policy.at.line);
        const auto [known, fresh] = ids_.try_emplace(policy.id, place);
        if (fresh) return;
        problems.push_back({policy.file,
                            policy.at.line,
                            policy.at.column,
                            {},
                            "expected an @id of its own, got that of " + known->second});
    }

    std::vector<Policy> policies_;
    std::map<std::string, std::string, std::less<>> ids_;
    crypto::Sha256 digest_;
    LoadedPolicies loaded_;
};

void add_file(Collection& collection, const fs::path& file) {
    const auto text = read_file(file, largest_file);
    if (text) {
        collection.add(*text, file.string());
    } else {
        collection.refuse(file, "expected a readable file of at most 1 MiB: " + text.error().message);
    }
}

}  // namespace

LoadedPolicies load_policies(const fs::path& file_or_folder) {
    Collection collection;
    std::error_code error;
    if (fs::is_regular_file(file_or_folder, error)) {
        add_file(collection, file_or_folder);
        return collection.take();
    }
    const auto files = files_in(file_or_folder, ".cedar");
    if (!files)
        collection.refuse(file_or_folder, "expected a readable folder of policies: " + files.error().message);
    for (const fs::path& file : files.value_or(std::vector<fs::path>()))
        add_file(collection, file);
    return collection.take();
}

LoadedPolicies parse_policies_of(std::string_view text, const std::string& name) {
    Collection collection;
    collection.add(text, name);
    return collection.take();
}

}  // namespace edgeward::policy
