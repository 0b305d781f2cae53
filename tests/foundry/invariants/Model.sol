// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// The rules of the money once more, in the plainest way: no packing, no shared code.
abstract contract Model {
    struct Person {
        uint256 balance;
        uint256 tier;
        bool frozen;
        /// What a frozen balance cannot fall below.
        uint256 floor;
        uint256 permits;
        mapping(uint256 day => uint256) spent;
        mapping(address spender => uint256) allowed;
        mapping(bytes32 nonce => uint256) authorizationUses;
        mapping(bytes32 nonce => Order) orders;
    }

    struct Order {
        uint256 burns;
        uint256 returns_;
        bool canceled;
        uint256 owed;
    }

    struct Tier {
        uint256 perPayment;
        uint256 perDay;
        uint256 balance;
    }

    uint256 internal constant MOST = type(uint96).max;
    uint256 internal constant ENDLESS = type(uint256).max;

    mapping(address => Person) internal persons;
    mapping(uint256 tier => Tier) internal tiers;
    /// How often a deposit number was credited, refused or voided; a second time is one too many.
    mapping(uint256 number => uint256) internal numberUses;
    uint256 internal supply;
    uint256 internal minted;
    uint256 internal issued;
    uint256 internal redeemed;
    uint256 internal returned;
    bool internal stopped;

    // The Teller.
    uint256 internal capacity;
    uint256 internal refill;
    uint256 internal taken;
    uint256 internal takenAt;
    uint256 internal ceiling;
    uint256 internal attestedAt;
    uint256 internal maxAge;

    uint256 internal clock;
    uint256 internal immutable offset;

    // ------------------------------------------------------------------ may it be?

    function today() internal view returns (uint256) {
        return (clock + offset) / 1 days;
    }

    /// What `from` could part with now in one payment.
    function spendable(address from) internal view returns (uint256) {
        Person storage person = persons[from];
        if (stopped || person.frozen) return 0;
        if (person.tier == 5) return person.balance;
        Tier storage tier = tiers[person.tier];
        uint256 spent = person.spent[today()];
        uint256 left = spent > tier.perDay ? 0 : tier.perDay - spent;
        return smaller(person.balance, smaller(tier.perPayment, left));
    }

    /// What `to` could receive now.
    function room(address to) internal view returns (uint256) {
        Person storage person = persons[to];
        if (stopped || person.frozen) return 0;
        uint256 most = person.tier == 5 ? MOST : tiers[person.tier].balance;
        return person.balance > most ? 0 : most - person.balance;
    }

    function mayPart(address from, uint256 amount) internal view returns (bool) {
        Person storage person = persons[from];
        if (stopped || person.frozen || amount > person.balance) return false;
        if (person.tier == 5) return true;
        Tier storage tier = tiers[person.tier];
        return amount <= tier.perPayment && person.spent[today()] + amount <= tier.perDay;
    }

    function mayHold(address to, uint256 balance) internal view returns (bool) {
        Person storage person = persons[to];
        if (stopped || person.frozen) return false;
        return person.tier == 5 || balance <= tiers[person.tier].balance;
    }

    function mayPay(address from, address to, uint256 amount) internal view returns (bool) {
        if (!mayPart(from, amount)) return false;
        return mayHold(to, persons[to].balance + (from == to ? 0 : amount));
    }

    function fresh() internal view returns (bool) {
        return attestedAt != 0 && clock - attestedAt <= maxAge;
    }

    /// What the operator took and what has not come back yet.
    function takenNow() internal view returns (uint256) {
        uint256 back = refill * (clock - takenAt);
        return taken > back ? taken - back : 0;
    }

    function bucketNow() internal view returns (uint256) {
        return capacity > takenNow() ? capacity - takenNow() : 0;
    }

    /// Nothing needs no backing.
    function backed(uint256 amount) internal view returns (bool) {
        return amount == 0 || minted + amount <= ceiling;
    }

    function smaller(uint256 a, uint256 b) internal pure returns (uint256) {
        return a < b ? a : b;
    }

    // ------------------------------------------------------------------ it is

    function spend(address from, uint256 amount) internal {
        persons[from].balance -= amount;
        persons[from].spent[today()] += amount;
    }

    function paid(address from, address to, uint256 amount) internal {
        spend(from, amount);
        persons[to].balance += amount;
    }

    function credited(address to, uint256 amount) internal {
        persons[to].balance += amount;
        supply += amount;
        minted += amount;
        issued += amount;
    }

    function burned(address from, bytes32 nonce, uint256 amount, uint256 fee) internal {
        spend(from, amount);
        supply -= amount;
        redeemed += amount;
        ++persons[from].orders[nonce].burns;
        persons[from].orders[nonce].owed = amount - fee;
    }

    function wasReturned(address to, bytes32 nonce) internal {
        Order storage order = persons[to].orders[nonce];
        ++order.returns_;
        persons[to].balance += order.owed;
        supply += order.owed;
        minted += order.owed;
        returned += order.owed;
    }

    function seized(address from, address to, uint256 amount) internal {
        persons[from].balance -= amount;
        persons[to].balance += amount;
        persons[from].frozen = true;
        persons[from].floor = persons[from].balance;
    }
}
