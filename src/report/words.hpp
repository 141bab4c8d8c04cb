#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/report/papers.hpp>

// What things are called in both languages.
namespace edgeward::report {

std::string word_for(model::Purpose purpose, Language language);
std::string word_for(model::IdentityLevel level, Language language);
std::string word_for(model::Category category, Language language);
// "Art. 9 Abs. 2 lit. h DSGVO …" for art9-2h and so on; another word as it is.
std::string legal_basis(std::string_view word, Language language);
// "30 Tage", "12 hours"; empty for zero.
std::string duration(std::chrono::milliseconds time, Language language);
std::string data_classes(const Destination& destination, Language language);
// "TLS, beidseitig", "TLS", "unverschlüsselt, nur diese Maschine".
std::string encryption(const Destination& destination, Language language);
std::string encryption(const Source& source, Language language);
std::string joined(const std::vector<std::string>& parts, std::string_view separator);

// "unmeasured": the sentence that stands where nothing was measured.
std::string not_measured(Language language);

}  // namespace edgeward::report
