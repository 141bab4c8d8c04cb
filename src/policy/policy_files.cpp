#include <edgeward/policy/policy_files.hpp>

#include <map>
#include <system_error>

#include <edgeward/config/rule_files.hpp>

#include "policy_parser.hpp"
#include "validation.hpp"

namespace edgeward::policy {
namespace {

namespace fs = std::filesystem;

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
        refuse(std::move(problems));
        // The file's own digest, so that no text can move from one file to the next unseen.
        const auto digest = crypto::sha256(bytes_of(text));
        digest_.add(digest);
    }

    void refuse(std::vector<config::Problem> problems) { append(loaded_.problems, std::move(problems)); }

    LoadedPolicies take() {
        if (policies_.size() > most_policies) {
            refuse({{policies_.back().file,
                     0,
                     0,
                     {},
                     "expected at most " + std::to_string(most_policies) + " policies, got " +
                         std::to_string(policies_.size())}});
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

}  // namespace

LoadedPolicies load_policies(const fs::path& file_or_folder) {
    Collection collection;
    const auto take = [&](const std::string& text, const std::string& name) { collection.add(text, name); };
    std::error_code error;
    collection.refuse(fs::is_regular_file(file_or_folder, error)
                          ? config::read_rule_file(file_or_folder, take)
                          : config::read_rule_files(file_or_folder, ".cedar", "policies", take));
    return collection.take();
}

LoadedPolicies parse_policies_of(std::string_view text, const std::string& name) {
    Collection collection;
    collection.add(text, name);
    return collection.take();
}

}  // namespace edgeward::policy
