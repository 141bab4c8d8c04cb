#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <edgeward/fhir/bundle.hpp>

// What people read of a report: XHTML of FHIR narratives, in German as ISiK is.
namespace edgeward::fhir {

// What stands above the values.
struct Letterhead {
    const model::Identity& person;
    std::string_view patient_number;
    std::string_view type;
    std::string_view title;
    std::string_view author;
    std::string_view date;
};

// <div xmlns=…> with family name, birth date, patient number, status, type, date, title and author.
std::string letterhead_div(const Letterhead& head);
// <div xmlns=…> with a table: when, what, value with its unit and the device's doubts of it.
std::string values_div(const std::vector<model::Observation>& observations);

}  // namespace edgeward::fhir
