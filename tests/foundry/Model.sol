// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// The rules of the money once more, in the plainest way: no packing, no shared code.
contract Model {
    struct Person {
        uint256 balance;
        uint256 tier;
        bool frozen;
        mapping(uint256 day => uint256) spent;
    }

    struct Tier {
        uint256 perPayment;
        uint256 perDay;
        uint256 balance;
    }

    mapping(address => Person) internal persons;
    mapping(uint256 tier => Tier) internal tiers;
    uint256 internal issued;
    uint256 internal redeemed;
    uint256 internal returned;
    bool internal stopped;

    function mayPart(address from, uint256 amount, uint256 day) internal view returns (bool) {
        Person storage person = persons[from];
        if (stopped || person.frozen || amount > person.balance) return false;
        if (person.tier == 5) return true;
        Tier storage tier = tiers[person.tier];
        return amount <= tier.perPayment && person.spent[day] + amount <= tier.perDay;
    }

    function mayHold(address to, uint256 balance) internal view returns (bool) {
        Person storage person = persons[to];
        if (stopped || person.frozen) return false;
        return person.tier == 5 || balance <= tiers[person.tier].balance;
    }

    function mayPay(address from, address to, uint256 amount, uint256 day)
        internal
        view
        returns (bool)
    {
        if (!mayPart(from, amount, day)) return false;
        return mayHold(to, persons[to].balance + (from == to ? 0 : amount));
    }
}
